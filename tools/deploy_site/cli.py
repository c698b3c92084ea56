"""The command line of the site's deployment."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from tools.aws import connect, explain, find_stack, is_local, outputs
from tools.deploy_site import sync
from tools.deploy_site.api import Api, advice, find_api
from tools.deploy_site.edge import LOG_DAYS, REGION, Edge, Wanted
from tools.deploy_site.files import Site, SiteError
from tools.deploy_site.stack import DeploymentError, SiteStack
from tools.deploy_stage import stages
from tools.paths import ROOT, SUPPLIERS
from tools.suppliers.compile import SuppliersError

_TEMPLATE = ROOT / "site.yaml"
_EPILOG = """\
The command creates or updates the stack of the site from site.yaml (the first time takes some minutes), uploads new and
changed files of site/ and of the suppliers' pictures, removes files that it uploaded earlier and that are gone, and
clears CloudFront's caches. Other objects in the bucket stay. Repeat the command at any time: it changes nothing twice
and finishes an interrupted run.

The stack remembers --domain, --certificate, --zone and --price-class; an empty --domain, --certificate or --zone
removes them. --firewall and --log-days need a second stack, in us-east-1, as CloudFront demands; it remembers them too.

Exit status: 0 done, 1 AWS refused or a file is wrong, 130 interrupted. After 1 and 130, run the same command again.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Deploy the site and return the exit status that `--help` explains."""
    options = _parser().parse_args(arguments)
    try:
        _Deployment(options).run()
    except (BotoCoreError, ClientError) as error:
        print(f"{options.endpoint or 'AWS'}: {explain(error)}", file=sys.stderr)
    except (DeploymentError, SiteError, SuppliersError, OSError) as error:
        print(f"make deploy-site: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nInterrupted. Run the same command again: it continues from there.", file=sys.stderr)
        return 130
    else:
        return 0
    return 1


class _Deployment:
    """One run of the command."""

    def __init__(self, options: argparse.Namespace) -> None:
        aws = connect(options.endpoint, options.region)
        self._place = aws.place
        self._cloudformation = aws.client("cloudformation")
        self._s3 = aws.client("s3")
        self._cloudfront = aws.client("cloudfront")
        self._api: str = stages()[options.stage]["stack_name"] if options.stage else options.stack
        self._name: str = options.site_stack or f"{self._api}-site"
        self._options = options
        wanted = Wanted(options.firewall, options.log_days, options.role)
        if not is_local(options.endpoint):  # the emulator has no firewall
            there = connect(options.endpoint, REGION).client("cloudformation")
            self._edge: Edge | None = Edge(there, self._name, self._cloudformation.meta.region_name, wanted)
        elif wanted.is_something:
            raise DeploymentError("--firewall and --log-days are for AWS alone")
        else:
            self._edge = None

    def run(self) -> None:
        options = self._options
        if not (options.site / "index.html").is_file():
            raise SiteError(f"{options.site / 'index.html'} is missing: there is no site to deploy")
        api = find_api(self._cloudformation, self._api, options.api)
        site = Site(options.site, options.suppliers, api.url)
        sync.plan(self._s3, "", site)  # raises what is wrong with the files before anything is changed
        print(f"{options.site} -> {self._name} ({self._place})", flush=True)
        for name in site.ignored():
            print(f"  {name} is not deployed: it is not a file of a web page")
        if options.dry_run:
            self._preview(self._stack(_parameters(options, api)).change(), site)
        else:
            firewall = self._edge.firewall(_say) if self._edge else None
            self._deploy(self._stack(_parameters(options, api, firewall)), site, api)

    def _stack(self, values: dict[str, str]) -> SiteStack:
        return SiteStack(self._cloudformation, self._name, _TEMPLATE, values, role=self._options.role)

    def _preview(self, change: str, site: Site) -> None:
        print(f"The stack {self._name} {f'would be {change}d' if change else 'would not change'}.")
        if self._edge and (edge := self._edge.change()):
            print(f"The stack {self._edge.name} in {REGION} would be {edge}d, and the site's with its firewall.")
        bucket = outputs(find_stack(self._cloudformation, self._name) or {}).get("BucketName", "")
        planned = sync.plan(self._s3, bucket, site)
        for file in planned.uploads:
            print(f"  {file.key} ({len(file.content):,} bytes) would be uploaded")
        for key in planned.removals:
            print(f"  {key} would be removed")
        print(f"{_summary(planned)}. Dry run: nothing was changed.")

    def _deploy(self, stack: SiteStack, site: Site, api: Api) -> None:
        change = stack.change()
        print(f"The stack {self._name} is {f'being {change}d' if change else 'up to date'}.", flush=True)
        created = stack.apply(change, _say)
        if (at := self._options.at) and at.rstrip("/") != created["SiteUrl"]:
            raise DeploymentError(f"the site is at {created['SiteUrl']}, not at {at}: no file was changed")
        if self._edge:
            self._edge.finish(created["DistributionId"], _say)
        planned = sync.plan(self._s3, created["BucketName"], site)
        sync.apply(self._s3, created["BucketName"], planned, _say)
        if planned.has_work:
            wait = self._options.wait
            sync.finish(self._s3, created["BucketName"], self._cloudfront, created["DistributionId"], wait=wait)
        print(f"{_summary(planned)}{'; CloudFront caches cleared' if planned.has_work else ''}.")
        print(f"The site is at {created['SiteUrl']}")
        if not created["SiteUrl"].endswith(created["DistributionDomain"]):
            print(f"Point its domain at {created['DistributionDomain']} (CNAME, or an alias record; --zone does it)")
        print(advice(api, created["SiteUrl"]))


def _parameters(options: argparse.Namespace, api: Api, firewall: str | None = None) -> dict[str, str]:
    """Return the template parameters that this run sets."""
    values = {
        "ApiOrigin": api.origin,
        "DomainName": options.domain,
        "CertificateArn": options.certificate,
        "HostedZoneId": options.zone,
        "WebAclArn": firewall,
        "PriceClass": options.price_class and f"PriceClass_{options.price_class}",
    }
    return {name: value for name, value in values.items() if value is not None}


def _summary(planned: sync.Plan) -> str:
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
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--stack", default="utenza", metavar="NAME", help="the API's stack (default: utenza)")
    known = [name for name, of in stages().items() if "parameter_overrides" in of]
    which.add_argument("--stage", choices=known, help="instead: the stage of samconfig.toml whose stack that is")
    parser.add_argument("--site-stack", default="", metavar="NAME", help="the site's own stack (default: STACK-site)")
    parser.add_argument("--api", default="", metavar="URL", help="the API's address (default: ApiUrl of its stack)")
    parser.add_argument("--domain", metavar="NAME", help="the site's own domain, such as area.example.it")
    parser.add_argument("--certificate", metavar="ARN", help="the domain's certificate, from ACM in us-east-1")
    parser.add_argument("--zone", metavar="ID", help="the domain's hosted zone in Route 53: its records are written")
    parser.add_argument("--firewall", choices=("on", "off"), help="AWS WAF before the site (default: off)")
    parser.add_argument("--log-days", choices=LOG_DAYS, help="how long access logs are kept (default: 0, none)")
    parser.add_argument("--price-class", choices=("100", "200", "All"), help="CloudFront's price class (default: 100)")
    parser.add_argument("--role", default="", metavar="ARN", help="the role that CloudFormation works with")
    parser.add_argument("--at", default="", metavar="URL", help="deploy no file unless this is the site's address")
    parser.add_argument("--wait", action="store_true", help="until no cache of CloudFront has an old file")
    parser.add_argument("--dry-run", action="store_true", help="show what would be done, change nothing")
    parser.add_argument("--endpoint", default="", metavar="URL", help="the endpoint of a local stack")
    parser.add_argument("--region", default="", metavar="NAME", help="the AWS region (default: as configured)")
    parser.add_argument("--site", type=Path, default=Path("site"), help=argparse.SUPPRESS)
    parser.add_argument("--suppliers", type=Path, default=SUPPLIERS, help=argparse.SUPPRESS)
    return parser
