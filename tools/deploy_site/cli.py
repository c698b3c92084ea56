"""The command line of the site's deployment: what is said, what is done, and what is told about it."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from tools.deploy_site import sync
from tools.deploy_site.api import Api, advice, find_api
from tools.deploy_site.files import Site, SiteError
from tools.deploy_site.formation import Formation, Stuck, find, outputs
from tools.import_customers import account
from tools.import_customers.target import explain
from tools.suppliers.compile import SuppliersError

_TEMPLATE = Path("site.yaml")
_EPILOG = """\
It makes or changes the stack of the site from site.yaml (the first time takes some minutes), uploads what is new or has
changed in site/ and of the suppliers' pictures, removes what it uploaded earlier and is gone, and tells CloudFront.
Objects in the bucket that it did not upload stay. Repeating it changes nothing, and finishes what was cut off.

What is not said stays as it was: --domain and --certificate are remembered by the stack; "" takes them back.

Exit status: 0 done, 1 AWS or the folder stood in the way, 130 interrupted. After 1 and 130, run the same command again.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Deploy the site; returns the exit status that `--help` explains."""
    options = _parser().parse_args(arguments)
    try:
        _Deployment(options).run()
    except (BotoCoreError, ClientError) as error:
        print(f"{options.endpoint or 'AWS'}: {explain(error)}", file=sys.stderr)
    except (Stuck, SiteError, SuppliersError, OSError) as error:
        print(f"make deploy-site: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nInterrupted. Run the same command again: it goes on from there.", file=sys.stderr)
        return 130
    else:
        return 0
    return 1


class _Deployment:
    """One run of the command."""

    def __init__(self, options: argparse.Namespace) -> None:
        session = session_for(options.endpoint, options.region)
        endpoint = options.endpoint or None
        self._place = endpoint or f"AWS, {session.region_name}"
        self._stacks = session.client("cloudformation", endpoint_url=endpoint)
        self._storage = session.client("s3", endpoint_url=endpoint)
        self._edge = session.client("cloudfront", endpoint_url=endpoint)
        self._name: str = options.site_stack or f"{options.stack}-site"
        self._options = options

    def run(self) -> None:
        options = self._options
        if not (options.site / "index.html").is_file():
            raise SiteError(f"{options.site / 'index.html'} is missing: there is no site to deploy")
        api = find_api(self._stacks, options.stack, options.api)
        site = Site(options.site, options.suppliers, api.url)
        sync.plan(self._storage, "", site)  # what is wrong with the files shows before anything is changed
        print(f"{options.site} -> {self._name} ({self._place})", flush=True)
        for name in site.left_out():
            print(f"  {name} is left out: it is no file of a web page")
        formation = Formation(self._stacks, self._name, _TEMPLATE, _said(options, api))
        if options.dry_run:
            self._foretell(formation.change(), site)
        else:
            self._bring(formation, site, api)

    def _foretell(self, change: str, site: Site) -> None:
        print(f"The stack {self._name} {f'would be {change}d' if change else 'would stay as it is'}.")
        bucket = outputs(find(self._stacks, self._name) or {}).get("BucketName", "")
        planned = sync.plan(self._storage, bucket, site)
        for file in planned.uploads:
            print(f"  {file.key} ({len(file.content):,} bytes) would be uploaded")
        for key in planned.removals:
            print(f"  {key} would be removed")
        print(f"{_counted(planned)}. This was a dry run: nothing was changed.")

    def _bring(self, formation: Formation, site: Site, api: Api) -> None:
        change = formation.change()
        print(f"The stack {self._name} is {f'being {change}d' if change else 'as it should be'}.", flush=True)
        made = formation.apply(change, _say)
        planned = sync.plan(self._storage, made["BucketName"], site)
        sync.apply(self._storage, made["BucketName"], planned, _say)
        if planned.does_something:
            sync.finish(self._storage, made["BucketName"], self._edge, made["DistributionId"])
        print(f"{_counted(planned)}{'; CloudFront was told' if planned.does_something else ''}.")
        print(f"The site is at {made['SiteUrl']}")
        if not made["SiteUrl"].endswith(made["DistributionDomain"]):
            print(f"Its domain must point at {made['DistributionDomain']} (CNAME, or an alias record)")
        print(advice(api, made["SiteUrl"]))


def session_for(endpoint: str, region: str) -> boto3.Session:
    return boto3.Session(botocore_session=account.session_for(endpoint, region))


def _said(options: argparse.Namespace, api: Api) -> dict[str, str]:
    """Return the template's parameters that this run decides about."""
    wishes = {
        "ApiOrigin": api.origin,
        "DomainName": options.domain,
        "CertificateArn": options.certificate,
        "PriceClass": options.price_class and f"PriceClass_{options.price_class}",
    }
    return {name: value for name, value in wishes.items() if value is not None}


def _counted(planned: sync.Plan) -> str:
    return f"Files uploaded: {len(planned.uploads)}, removed: {len(planned.removals)}, unchanged: {planned.unchanged}"


def _say(line: str) -> None:
    print(line, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.deploy_site",
        description="Deploys the site in site/ to AWS: a private bucket behind CloudFront.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--stack", default="utenza", metavar="NAME", help="the API's stack (default: utenza)")
    parser.add_argument("--site-stack", default="", metavar="NAME", help="the site's own stack (default: STACK-site)")
    parser.add_argument("--api", default="", metavar="URL", help="the API's address (default: ApiUrl of its stack)")
    parser.add_argument("--domain", metavar="NAME", help="a domain of its own, such as area.example.it")
    parser.add_argument("--certificate", metavar="ARN", help="the domain's certificate, of ACM in us-east-1")
    parser.add_argument("--price-class", choices=("100", "200", "All"), help="how much of the world (default: 100)")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, change nothing")
    parser.add_argument("--endpoint", default="", metavar="URL", help="another address than AWS's, of a local stack")
    parser.add_argument("--region", default="", metavar="NAME", help="the AWS region (default: as configured)")
    parser.add_argument("--site", type=Path, default=Path("site"), help=argparse.SUPPRESS)
    parser.add_argument("--suppliers", type=Path, default=Path("suppliers/suppliers.toml"), help=argparse.SUPPRESS)
    return parser
