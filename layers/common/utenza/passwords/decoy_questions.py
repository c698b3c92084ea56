"""Questions for addresses without account: a stranger must not learn from a question who has one.

They look like those of customers: most are Italian, some German or English, with and without capitals and question
marks. An address always gets the same question, as an account does. So the list must never change, neither in order nor
in number, and callers sign with the key that no rotation changes.
"""

from collections.abc import Callable

QUESTIONS = (
    "Come si chiamava il mio primo cane?",
    "nome del gatto",
    "Qual è il cognome da nubile di mia madre?",
    "cognome di mia nonna materna",
    "In che città sono nati i miei genitori?",
    "il mio primo lavoro",
    "Come si chiamava la mia maestra delle elementari?",
    "NOME DELLA MAESTRA",
    "Squadra del cuore",
    "qual e' il mio piatto preferito?",
    "Dove ho passato il viaggio di nozze?",
    "Marca della mia prima auto",
    "la mia prima macchina?",
    "Come mi chiamavano da piccolo?",
    "soprannome da bambina",
    "Il mio film preferito?",
    "Titolo del libro che ho letto più volte",
    "cantante preferito",
    "Qual era il nome della mia scuola media?",
    "In quale via abitavo da bambino?",
    "Via della casa dei nonni",
    "nome del nonno paterno",
    "Come si chiama la mia migliore amica?",
    "Migliore amico di infanzia ?",
    "Dove ho conosciuto mia moglie?",
    "dove ci siamo conosciuti",
    "Il mio colore preferito",
    "IL MIO FIORE PREFERITO",
    "Qual è stata la mia prima vacanza all'estero?",
    "Dove andavo al mare da piccola?",
    "paese delle vacanze",
    "Nome del mio primo figlio",
    "secondo nome di mia figlia?",
    "Come si chiamava il mio pappagallo?",
    "Il mio personaggio storico preferito?",
    "numero fortunato",
    "Che strumento suonavo da ragazzo?",
    "Qual è il dolce che faceva sempre la nonna?",
    "il nome del mio cavallo",
    "Primo concerto a cui sono andato",
    "Chi era il mio professore di matematica?",
    "Compagno di banco alle superiori",
    "Modello del primo motorino",
    "Che lavoro faceva mio nonno?",
    "come si chiama la casa in montagna",
    "Il primo numero di telefono di casa",
    "Come si chiama mio fratello?",
    "nome della zia preferita",
    "Wie hieß mein erstes Haustier?",
    "Mädchenname meiner Mutter",
    "In welchem Dorf bin ich aufgewachsen?",
    "Name der ersten Lehrerin?",
    "mein erstes Auto",
    "Wie heißt meine Lieblingsalm?",
    "Welchen Beruf hatte mein Großvater?",
    "Spitzname in der Schule",
    "What was the name of my first pet?",
    "Mother's maiden name",
    "my first school",
    "In which city did my parents meet?",
)


def question_for(supplier: str, email_key: str, sign: Callable[[bytes], bytes]) -> str:
    """Return the question of this address; `sign` makes an HMAC, so nobody can predict the question without the key.

    The signed text, too, must never change.
    """
    signature = sign(f"invented question\n{supplier}\n{email_key}".encode(errors="surrogatepass"))
    return QUESTIONS[int.from_bytes(signature) % len(QUESTIONS)]
