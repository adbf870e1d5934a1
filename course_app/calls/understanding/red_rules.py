"""The red lines as patterns over plain words (see `words`), each with its French explanation and its source.

Patterns are written without accents and without « ne », doubled letters once or twice as one likes (both read the same,
see `words.single`), elisions in full (« le huissier », « ce est »); `<3>` stands for up to three words of the
same sentence, `<far>` for up to eighty characters of it, `<next>` for up to a hundred and twenty, sentences
included, `<near>` for up to eight with one stop at most.
`{NAME}` inserts a list of words. `unless` is searched in the same sentence: what makes the same words lawful.
"""

from dataclasses import dataclass

from course_app.calls.intents import RedLine


@dataclass(frozen=True)
class Law:
    """Why a line is red: `source` is an id of the register of facts (content/sources.yaml)."""

    explanation: str
    source: str


@dataclass(frozen=True)
class Rule:
    """A red line in words: found where `pattern` is, unless `unless` is in the same sentence."""

    line: RedLine
    pattern: str
    unless: str = ""
    law: Law | None = None


LAWS = {
    RedLine.UNTITLED_THREAT: Law(
        "Cette menace ne dit ni ce qui arrivera, ni quand, ni par qui. Elle fait peur ou fait sourire, et la discussion "
        "s'arrête. Annoncez une suite décidée : un acte prêt, son jour, la personne qui s'en charge.",
        "C-15",
    ),
    RedLine.DISCLOSURE: Law(
        "À un tiers, aucun mot de dette. Demandez seulement que la personne vous rappelle « au sujet de son compte "
        "fournisseur ».",
        "C-06",
    ),
    RedLine.HARASSMENT: Law(
        "Des appels malveillants répétés sont punis d'un an de prison et de 15 000 € d'amende. Fixez un seul prochain "
        "rendez-vous.",
        "C-07",
    ),
    RedLine.FALSE_STATUS: Law(
        "Parler au nom de la justice trompe le client, et imiter un acte officiel est puni par la loi. Donnez votre nom "
        "et celui de votre entreprise.",
        "C-07",
    ),
    RedLine.UNDUE_FEES: Law(
        "Les frais d'agence et de relance restent à la charge du créancier. Entre professionnels s'ajoutent seulement "
        "les 40 € par facture et les pénalités prévues.",
        "J-20",
    ),
    RedLine.INSULT: Law("On juge un retard, jamais une personne. Revenez à un fait : la facture, la date.", "C-05"),
    RedLine.PERSONAL_PRESSURE: Law(
        "On ne passe pas par la famille, l'employeur ou les réseaux sociaux pour obtenir un paiement. Parlez à la "
        "personne qui paie.",
        "C-06",
    ),
}

_SEIZURE = Law(
    "Rien ne se saisit ni ne se bloque sans titre exécutoire, le document qui autorise une saisie. Un commissaire de "
    "justice s'en charge ensuite, jamais vous. Annoncez plutôt l'étape suivante, avec sa date.",
    "C-05",
)
_PENAL = Law(
    "Une facture en retard n'est pas une affaire pénale : ni police, ni prison. Le dire est faux, et votre parole ne vaut "
    "plus rien ensuite. Revenez à la facture et à une date.",
    "C-05",
)
_COURT = Law(
    "Le tribunal ou le commissaire de justice peuvent venir, mais pas comme un coup de poing. On les annonce quand l'acte "
    "est prêt, avec son jour et la personne qui s'en charge.",
    "C-15",
)
_TRADE_PRESSURE = Law(
    "Prévenir sa banque, ses clients ou ses fournisseurs ne se dit pas, et ne se fait pas. Parlez à la personne qui paie.",
    "C-05",
)
_CONSUMER_FEE = Law("Les 40 € ne se demandent jamais à un particulier.", "P-33")

LISTS = {
    # People of the customer's life and of the customer's firm, who are not the customer.
    "KIN": "maris?|femmes?|epouse|epoux|fils|files?|fille|peres?|papa|meres?|maman|freres?|soeurs?|oncle|parents|"
    "enfants?|famile|beau frere|bele mere|gamin|copine|copain|bourgeoise|coloc|proches|conjointe?s?|"
    "beaux? peres?|bele mere|neveu|niece|ex|compagne|compagnon",
    "FIRM": "patrone?|chef|directeur|directrice|colegues?|asociee?s?|responsable|gerante?|employeur|secretaire|dg",
    "TRADE": "salaries?|employes?|ouvriers|equipes?|concurents?|conseil syndical|coproprietaires|ursaf\\w*|fisc|"
    "asureurs?|comptable du groupe|banques?|banquier|clients?|clientele|fournisseurs?|partenaires?|"
    "investiseurs?|donneurs de ordre|"
    "proprio|proprietaire|asureur|etablisement bancaire|directeur de votre banque",
    "LIFE": "amis?|amies?|patrone|employeur|patron|voisins?|comite de entreprise|conseil de administration|chef",
    # Words that tell of an unpaid invoice.
    "DEBT": "detes?|impayee?s?|creances?|ardoise|contentieux|recouvrement|endetee?|redevable|debiteur|debitrice|"
    "defaut de paiement|retards? de paiement|retard <3>paiement|paiement en retard|"
    "factures? <2>(?:en retard|en soufrance|non regle\\w*|impayee?s?|pas (?:regle|paye)\\w*)|factures? pas paye\\w*|"
    "(?:doit|doi|doivent|devez|dois) <3>(?:\\d|argent|sous|fric|euros|paquet)|(?:me|nous) (?:doit|doi|dois)\\b|"
    "(?:ce que il|que il|il) <2>(?:doit payer|doit nous payer)|encore dus?|toujours dus?|"
    "(?:a|as|est|ont|avait) <3>(?:pas|jamais|toujours pas) <2>(?:paye|regle)\\w*|"
    "(?:paye|paie|regle|payent|honore|acquite)s? <2>(?:pas|plus|point|persone)|"
    "oublie de <2>(?:payer|regler)|atend (?:toujours )?(?:son argent|largent|le argent|les sous|le paiement|"
    "son paiement)",
    "THINGS": "comptes?|compte en banque|maison|meubles?|magasin|camion|machines?|materiel|vehicules?|voiture|stock|"
    "salaire|biens|boutique|"
    "ordinateurs?|domicile|mobilier|outils|marchandises?|caise|chaudiere|chambre froide|apartement|atelier",
    "STATUS": "huisier|avocate?|comisaire de justice|procureur|juge|grefier|oficier ministeriel|policier|gendarme|"
    "de la police|aserment\\w+|maitre|du tribunal|le tribunal|la justice|de le tribunal",
    "FEES": "frais de <3>recouvrement|frais de (?:dosier|recouvrement|relance|rapel|agence|avocat|gestion|"
    "mise en demeure|huisier|contentieux)|"
    "frais (?:en plus|suplementaires)|honoraires|comision de <2>agence",
    "EVERY": "toutes? les (?:\\w+ )?(?:heures?|minutes?|jours)|tous les (?:jours|quarts|matins|soirs)|"
    "toutes? les \\w+ minutes|"
    "tout les? (?:jours|heures)|chaque (?:heure|jour|minute)|\\w+ fois par (?:jour|heure)|\\w+ fois (?:chaque|le) jour|"
    "jour \\w+ fois|jour et nuit|la nuit|matin ,? ?midi|en boucle|\\w+ apel par (?:heure|jour)",
    "SWEAR": "voleurs?|voleuse|menteurs?|menteuse|escrocs?|escroqueurs?|idiote?s?|imbeciles?|abrutie?s?|debiles?|"
    "cretine?s?|"
    "incapables?|incompetente?s?|minables?|clowns?|guignols?|parasites?|filous?|crapules?|rats?|mythos?|voyous?|"
    "malhonetes?|profiteurs?|profiteuse|nazes?|pouris?|tocards?|rates?|arnaqueurs?|crevards?|fumiers?|"
    "tricheurs?|tricheuse|pathetiques?|pitoyables?|ridicules?|mediocres?|laches?|grosiers?|meprisables?|"
    "lamentables?|gredins?|sangsues?|enfoires?|"
    "ordures?|salauds?|salopards?|batards?|conards?|conases?|conasse|baratineurs?|charlatans?|nuls?|nules?|faineants?|"
    "feignase?s?|malpolis?|bon a rien|bons a rien|sale type|tete de noeud|stupides?|bandits?|brigands?|fada|"
    "de (?:tres )?mauvaise foi|trop betes?|betes?|beau parleur|con|cons|fripouiles?|racailes?|amateurs?|gamins?",
    "REPORTED": "vous me dites|me disiez|dites vous|vous dites|vous pensez|vous trouvez|vous vous etes senti|"
    "si je comprends|"
    "bien compris|ce est bien (?:cela|ca|ce que)|vous me demandez|vous a traite|vous a insulte|vous avez eu afaire|"
    "je entends|vous avez ete victime",
    "TELL": "preven\\w+|previens|apel\\w*|telephon\\w*|contact\\w*|dire|dirai|dis|racont\\w*|parl\\w*|inform\\w*|"
    "alert\\w*|ecri\\w*|"
    "voir|aler|irai|touch\\w*|joindr\\w*|spam\\w*|adres\\w*|env\\w*|conais|prendr\\w*|pas\\w+|livr\\w+",
    "FREE": r"(?:(?!pas\b|jamais\b|rien\b|persone\b|ni\b)[\w,]+ ){0,5}",
    "ONLINE": "facebok|linkedin|instagram|insta|whatsap|internet|reseaux|avis gogle|gogle|la preses?|prese locale|gazete|"
    "vitrine|pancarte|tik ?tok|groupes|le journal",
}

_THREAT, _TOLD = RedLine.UNTITLED_THREAT, RedLine.DISCLOSURE


def _threat(law: Law, pattern: str, unless: str = "") -> Rule:
    """Return a rule of a threat that has a reason of its own."""
    return Rule(_THREAT, pattern, unless, law)


_TITLE = r"avec un titre|sans jugement|titre est executoire|peux pas <1>saisir|pouvons (?:pas|rien) saisir"

RULES = (
    # Threat without title: seizing, blocking, taking
    _threat(_SEIZURE, r"\b(?:on|je|nous) (?:vous|te) sais\w+", _TITLE),
    _threat(_SEIZURE, r"\b(?:faire|fais|ferai|ferons|vous|te|vient|viene) (?:te |vous )?saisir\b", _TITLE),
    _threat(_SEIZURE, r"\bsais(?:ir|is|it|isons|ison|irai)\b <2>(?:vos|votre|tes|ton|ta) <1>(?:{THINGS})", _TITLE),
    _threat(_SEIZURE, r"\b(?:vos|votre|ton|ta|tes) <1>(?:{THINGS}) <2>(?:sera|seront|soit|soient|va etre|vont etre|fusent|serait|seraient) <1>(?:saisi|bloque|gele|vide|vendu)"),
    _threat(_SEIZURE, r"\bvoir <1>comptes? bloque|vos comptes saisis"),
    _threat(_SEIZURE, r"\b(?:lance\w*|pratiquer|demander?|declenche\w*) (?:(?:la|une|cette) )?saisie|saisie (?:imediate|des|demain|ce soir)|"
                  r"(?:risquez|venir a|avec) (?:une|la) saisie", _TITLE),
    _threat(_SEIZURE, r"\b(?:on|je|nous|va|vais|alons|fais|faire) <2>(?:bloqu\w+|gele\w*|vid\w+) <1>(?:vos|votre|tes|ton) <2>(?:comptes?|magasin)"),
    _threat(_SEIZURE, r"\b(?:prendr\w+|prends|reprendr\w+|rechercher|vider) <1>(?:vos|votre|ta|tes|ton|la) <1>(?:{THINGS})"),
    _threat(_SEIZURE, r"\bvotre <1>(?:{THINGS}) y pas\w+|faire vider votre|\bva vous prendre|\bviens? (?:la |le |les )?(?:reprendre|rechercher)"),
    # Threat without title: crime, police, prison
    _threat(_PENAL, r"\bce est (?:limite |vraiment |carement )?(?:du |de le )?(?:penal|vol\b)|releve du penal|\bau penal|poursuites penales|"
                  r"infraction penale|\bce est (?:criminel|de le escroquerie)", "penal ici|question de penal"),
    _threat(_PENAL, r"\b(?:vous|tu) <4>(?:prison|taule|cachot)\b"),
    _threat(_PENAL, r"\b(?:porte|porter|porterai|depose|deposer|deposerai|portons) plainte|plainte sera", "{REPORTED}"),
    _threat(_PENAL, r"\b(?:envoie|envoyons|envoyer|apele|apeler|vais aux|ou <2>ce est) <1>(?:la )?(?:police|gendarmes?)\b"),
    _threat(_PENAL, r"procureur <2>(?:sera|va)|conais le procureur"),
    # Threat without title: the bailiff at once, the court without a date
    _threat(_COURT, r"\b(?:envo\w+|balanc\w+|lach\w+|mets|metre|lance) <4>(?:huisiers?|avocats)\b",
         r"{REPORTED}|constat de huisier|sauf virement avant|pas <2>(?:envoie|envoyer)"),
    _threat(_COURT, r"(?<!aucun )\bhuisiers?\b <4>(?:chez vous|debarque|pase demain|arive|vient|viendra(?! pas)|se presentera|devant votre|est chez)",
         "{REPORTED}"),
    _threat(_COURT, r"\bvient <1>huisier|huisier pase demain"),
    _threat(_COURT, r"\b(?:metre|met|mets|mene\w*|traine\w*|train\w*|finir\w*|retrouver|ataqu\w*|poursuivre|fais|asigner) <5>(?:tribunal|justi[cs]e|penal)\b",
         r"eviter le tribunal|plutot que de aler"),
    _threat(_COURT, r"\b(?:vous|te) (?:asigner|poursuivre|ataquer|ataque)\b"),
    _threat(_COURT, r"\b(?:sinon|ce est) (?:le )?tribunal\b|tribunal (?:direct|sera saisi)|saisis? le tribunal (?:des|demain|ce|sans)|partir au tribunal|"
                  r"proces <3>ruiner"),
    # Threat without title: ruin, violence, vague menace
    Rule(_THREAT, r"\b(?:metr\w*|mets|met|demand\w*|finir\w*) <4>(?:liquidation|failite)\b"),
    Rule(_THREAT, r"\b(?:coule|couler|ruinerai|ruiner|detruire|casera?i?|caser) (?:vous|votre|ta|la baraque)|\bvous (?:coule|ruiner\w*|detruire)\b|"
                  r"sur la paile|(?:faire fermer|ferme votre|fermer votre (?:boite|societe|magasin))"),
    Rule(_THREAT, r"\b(?:vous|tu) (?:alez|vas?|aler) (?:le |la |vous en |me )?(?:regreter|comprendre|soufrir|payer cher|souvenir)\b"),
    Rule(_THREAT, r"\b(?:vous|tu) le regreter|\bfaut pas pleurer|\bva vous couter tres cher|sale noel"),
    Rule(_THREAT, r"\b(?:tu vas?|vous alez) voir (?:ce que|ce qui|de quel|si je)|\b(?:tu vas?|vous alez) voir ?(?:\.|$)"),
    Rule(_THREAT, r"\b(?:va|vont|aler|alait) <2>(?:tres )?mal (?:se )?(?:pas\w+|fini\w*|terminer|tourner)|tourne tres mal|"
                  r"\bva <3>mal (?:pas\w+|fini\w*)|finir mal"),
    Rule(_THREAT, r"\bgare a vous|(?:gros|beaucoup de|tres gros|de gros) (?:enuis|problemes?)|\bavoir des (?:problemes|enuis)|"
                  r"atention aux consequences|dernier avertisement|ariver des bricoles|"
                  r"acident est <2>vite|en sortant le soir|(?:envoie|avec) des gars|cousin va paser|bras long|jouez avec le feu|"
                  r"consequences pour vous|maniere forte|perdrez tout|ce qui va (?:vous|te) ariver|ce que il va te ariver|lach\w* (?:les|mes) chiens|dernieres? chance (?:sinon|avant)|"
                  r"\bvous alez etre fiches?|(?<!pas )vous (?:vous exposez|coupe (?:le|la|les|votre)) |sera la guere|tomber sur la tete|trop tard pour vous|metre a le epreuve|"
                  r"on a (?:des|les) (?:avocats|moyens)|plus jamais un"),
    _threat(_SEIZURE, r"\b(?:vient|viendra|viendrons|viendrai|vene|ira|irons|irai|debarque\w*|pase\w*) <3>(?:chercher|emporter|vider|prendre|saisir|enlever|deboulo\w+) <1>(?:vos|votre|tes|ton|tout)"),
    _threat(_SEIZURE, r"\b(?:la )?saisie de (?:votre|vos)|\bhuisiers? <8>(?:debarquer|feu vert|atend que)|feu vert <5>huisier"),
    _threat(_PENAL, r"\b(?:nuit au poste|au comisariat|garde a vue|casier judiciaire|menotes|interdit bancaire|fiches? (?:a la )?banque de france|vous interdire bancaire)",
         "{REPORTED}"),
    _threat(_PENAL, r"\b(?:est|ce est|constitue) <1>un (?:delit|crime)|\b(?:vous|te) (?:serez|seras|ferai|fais|faire) <1>(?:poursuivi|condane\w*|expulse\w*|enfermer|fiche\w*)\b|penalement",
         r"est pas|ce est pas"),
    Rule(_THREAT, r"\bfaire cracher|une maniere ou de une autre|\bdisparaitre\b|arive des choses|il pourait (?:vous |te )?ariver|"
                  r"on sait ou vous (?:habitez|trouver)|je sais ou vous habitez|reglerons ca autrement|on reglera ca autrement"),
    _threat(_SEIZURE, r"\bprocedure de saisie|\b(?:vendre|vendrons|vendra) <4>encheres|\bparquet\b|savent se faire payer|\blaiser votre chemise|\btremblerez|"
                  r"\bhuisiers? (?!sera|recoit|recevra)\w+era\b(?! pas)|vous alez (?:trembler|pleurer|perdre)\b", "parquet (?:flotant|pose|strati)|dale"),
    _threat(_COURT, r"\bfinir\w* <1>devant le juge|(?:fer|faire) <1>sezir|\b(?:entreprise|societe|boite) <2>(?:mise|mis) en (?:failite|liquidation)|"
                  r"\barive quelque chose a (?:votre|vos|ton)", "{REPORTED}"),
    # Disclosure to a third party
    Rule(_TOLD, r"\b(?:dites?|dis|dire|direz|dit|rapelez|prevenez|prevenir|informez|informer|transmet\w+|faites|indiquez|rapeler|tel)"
                r"\b(?: |, )<2>(?:lui|le|a votre|a ton|a monsieur|a madame|votre|ton|a papa|au patron|a \w+) <next>(?:{DEBT})", "dites moi|{REPORTED}"),
    Rule(_TOLD, r"(?:{DEBT})<next>\b(?:transmet\w+|lui direz|dites lui|dire a lui|passer?|vous lui|faites paser|dites a|le lui remetrez|direz a|lui dire)"),
    Rule(_TOLD, r"\b(?:votre|ton|sa|vot|ce est sa|ce est le) (?:{KIN}|{FIRM})\b<next>(?:{DEBT})",
         r"{REPORTED}|je parle pas|pas done|aucune information|(?:aucun|pas) <2>mot"),
    Rule(_TOLD, r"\b(?:acueil|standard|reception|stagiaire|secretaire|repondeur|serveur|vendeuse|aprenti|gardiene|voisin|coloc)\b"
                r"<next>(?:{DEBT})"),
    Rule(_TOLD, r"(?:{DEBT})<next>\b(?:acueil|a la reception|standard|vous etes au courant)"),
    Rule(_TOLD, r"\b(?:il|ele) (?:(?!vous)\w+ )?(?:nous |me )?(?:doit|dois) (?:\w+ )?(?:\d|argent|de le argent|des sous|mile|cinq|un paquet|payer)|"
                r"\b(?:il|ele) (?:nous|me) doit\b|"
                r"\b(?:il|ele) (?:a|est) (?:\w+ ){0,2}(?:detes?|impayes?|endete|redevable|factures? en retard|en retard (?:de|sur|chez))|"
                r"\b(?:il|ele) (?:(?!vous\b|est\b|etait\b|soit\b)\w+ ){0,4}pas (?:paye|regle)|\b(?:il|ele) (?:paye|paie|regle|honore|se acquite) (?:pas|plus|persone)", "{REPORTED}"),
    Rule(_TOLD, r"\b(?:sa|son|ses|de son) (?:\w+ )?(?:dete|detes|impayee?s?|creance|ardoise|retard de paiement|paiement en retard)\b|"
                r"\b(?:sa|ses) factures? <2>(?:impaye\w*|en retard|non regle\w*|pas)", "{REPORTED}|aucune information"),
    Rule(_TOLD, r"\b(?:ses|son) (?:\w+ ){0,4}(?:de|un) retard\b|argent que il doit|\bil (?:nous |me )?devait|decouvert chez|net avec ses factures|"
                r"\b(?:il|ele) a point (?:paye|regle)"),
    Rule(_TOLD, r"\b(?:message|mot|repondeur|notez)\b<next>(?:{DEBT})", r"{REPORTED}|aucune information"),
    Rule(_TOLD, r"\b(?:dete|impayee?|creance) de (?:monsieur|madame)\b|\b(?:monsieur|madame) \w+ <2>(?:redevable|a une dete|reste redevable)"),
    Rule(_TOLD, r"\b(?:en recouvrement|en contentieux)\b<next>\b(?:lui|transmet)|\bdosier est en recouvrement"),
    Rule(_TOLD, r"\b(?:dites|laisez|faites|rapelez|prevenez|transmetez)\b[^?]{0,80}\b(?:\d+ euros de retard|dernier rapel|avant contentieux|avant poursuites)"),
    Rule(_TOLD, r"\b(?:votre|ton|vot) (?:{KIN}|{FIRM}) <2>(?:plante|laise) <3>(?:fournisseurs?|ardoise)|de le argent que (?:votre|ton) (?:{KIN}|{FIRM})"),
    Rule(_TOLD, r"\b(?:dites|dire|dis|prevenez|informez)\b <6>(?:rien recu de (?:lui|ele)|cheque <3>(?:en bois|sans provision|rejete)|pas ete payes?)|"
                r"\b(?:vous|te) cache que (?:il|ele)"),
    Rule(_TOLD, r"\b(?:dire|dites|demander|rapeler) a (?:votre|ton) (?:{KIN}|{FIRM}) <1>de (?:payer|regler) (?:sa|son|ses)|\bla dete de (?:votre|ton) (?:{KIN}|{FIRM})|"
                r"\b(?:le|votre|ton) (?:{KIN}|{FIRM}) est <2>mauvais payeur"),
    # Harassment
    Rule(RedLine.HARASSMENT, r"\b(?:je|on|nous|vous faire|ferai) <4>(?:t?ap?el\w*|rapel\w*|telephon\w*|son\w*|recapel\w*|sms|mail\w*)\b <5>(?:{EVERY})",
         r"pouvez me apeler"),
    Rule(RedLine.HARASSMENT, r"\bapels? (?:par|toutes? les) <2>(?:heure|minutes?|jour)|\w+ (?:sms|mails|mesages|apels) par (?:jour|heure)"),
    Rule(RedLine.HARASSMENT, r"\b(?:vais|va|alons|alez) <1>(?:harceler|spamer|saturer|camper)|\bje camperai|\bsaturer votre standard|\bspamer"),
    Rule(RedLine.HARASSMENT, r"\b(?:vous|te) lacher\w* (?:plus|pas)\b|\blache plus\b|de une semele"),
    Rule(RedLine.HARASSMENT, r"plus une minute de tranquil\w+|(?:plus|pas) <3>dormir\b|suivrai partout|sonerai? votre telephone|soner votre telephone|"
                             r"areter de soner|finirez par craquer"),
    Rule(RedLine.HARASSMENT, r"\b(?:pas\w+|viendr\w+|viens|camp\w+) <4>(?:tous les (?:jours|matins)|devant (?:chez vous|votre))",
         r"techniciens?|nous pasons|de vant chez vous pour|si vous etes de acord"),
    Rule(RedLine.HARASSMENT, r"\bme entendre <2>(?:tous|toutes|chaque)|sone\w* sans aret|sans relache|non stop|a toute heure|\b(?:a|jusque) minuit|pourirai la vie|"
                             r"pourir la vie|ainsi de suite|meme le dimanche|rendre la vie imposible|enfer votre vie|vie <2>un enfer"),
    Rule(RedLine.HARASSMENT, r"\b(?:apel|rapel|telephon|son|relanc|ecri)\w* <6>jusque (?:a )?ce que (?:vous|tu) (?:pay|craqu|ced)"),
    Rule(RedLine.HARASSMENT, r"\b(?:trente|vingt|cinquante|cent|\d{2,}) (?:sms|mails?|mesages|apels|couriers)"),
    Rule(RedLine.HARASSMENT, r"\b(?:chaque|tous les) (?:matins?|jours?|soirs?) <3>(?:sur|devant|a|chez) votre|\b(?:vous|te) (?:pister|traquer|taner|harceler)\b|"
                             r"\bapels? a repetition|sans (?:cese|repit) <3>(?:jusque|tant)|\b(?:apel|rapel|relanc)\w+ <2>sans (?:cese|repit|fin)",
         "si vous etes|convenu|ne vais|pas vous"),
    Rule(RedLine.HARASSMENT, r"\b(?:areterai|aretera|areterons) pas de (?:vous|te) (?:apeler|relancer|rapeler|harceler)|\bapels? <3>(?:chaque|tous les) jours?|meme la nuit|"
                             r"\b(?:apel|rapel|relanc|telephon)\w* <2>(?:\w+) fois par (?:jour|heure)|autant de fois que il"),
    # False status
    Rule(RedLine.FALSE_STATUS, r"\b(?:je|moi|moi meme) (?:suis|etant) (?:(?!pas\b|plus\b|ni\b|bien\b|comptable\b|chez\b|la\b)[\w,]+ ){0,5}(?:{STATUS})\b"),
    Rule(RedLine.FALSE_STATUS, r"\b(?:ici|de) (?:le |la |du )?cabinet <2>(?:huisier|avocat)|\bici <2>(?:huisier|tribunal|grefe|justice|police|tresor public|"
                               r"maitre|procureur|comisaire)\b"),
    Rule(RedLine.FALSE_STATUS, r"\b(?:apele|telephone)s? <1>(?:de|du|en tant|en qualite|de la part) <3>(?:tribunal|grefe|police|ministere|huisier|avocate?s?|"
                               r"justice|oficier ministeriel|procureur)"),
    Rule(RedLine.FALSE_STATUS, r"\b(?:police|tribunal|justice|huisier) a le apareil|(?:parlez|que ce est) a? ?la justice|justice qui vous"),
    Rule(RedLine.FALSE_STATUS, r"\ben ligne avec (?:le |la )?(?:etude|cabinet|tribunal)|\brepresente (?:le|la) (?:procureur|tribunal|justice|juge)|"
                               r"^cabinet de avocats?|\bservice juridique du ministere|mandate?e? par le (?:juge|grefe|tribunal)|aserment\w+ pour"),
    Rule(RedLine.FALSE_STATUS, r"^(?:bonjour , )?(?:le |ici )*etude \w+ ,? ?(?:huisiers?|comisaires? de justice)|au nom de la (?:justice|loi)|"
                               r"\b(?:somation|convocation|acte|avis) (?:oficiele?|judiciaire)\b|brigade|police judiciaire|finances publiques|"
                               r"\b(?:suis|ici|ce est) <2>(?:agent|oficier|inspecteur|fonctionaire) (?:de le etat|du fisc|de police|du tresor|judiciaire|des impots)"),
    Rule(RedLine.FALSE_STATUS, r"\b(?:apele|telephone|contacte)s? <1>(?:pour|au nom de) <2>(?:tribunal|grefe|huisier|procureur|comisaire de justice)\b|"
                               r"\ben (?:ma|mon) (?:qualite|tant|titre) <1>(?:de|que) (?:{STATUS})|\bau ministere de la justice"),
    Rule(RedLine.FALSE_STATUS, r"^bonjour , (?:ici )?(?:le )?cabinet de (?:huisiers?|avocats?)|\bici <5>du (?:tribunal|grefe)|^(?:bonjour , )?ce est le (?:comisariat|tribunal|grefe|huisier)",
         r"\?$"),
    # Undue fees
    Rule(RedLine.UNDUE_FEES, r"\b(?:euros?|cents?) (?:\w+ )?(?:de|pour) (?:{FEES}|mon temps|mon travail|mon derangement|le derangement|le temps perdu)|"
                             r"euros (?:\w+ )?de frais\b(?! (?:de (?:port|livraison|deplacement|rejet|virement)))|cent euros pour",
         r"pas (?:de|avez|ete)|aucuns? frais|contestez"),
    Rule(RedLine.UNDUE_FEES, r"(?:{FEES})\b<far>\b(?:a votre charge|pour vous|ajoute\w*|facture\w*|sur votre (?:facture|dete|note)|ajoutes)",
         r"pas de frais|aucuns? frais|sans frais"),
    Rule(RedLine.UNDUE_FEES, r"\b(?:devrez|paierez|payer|ajout\w*|rajout\w*|factur\w*|prevoyez) <4>(?:{FEES})",
         r"pas de frais|aucuns? frais|pas le droit"),
    Rule(RedLine.UNDUE_FEES, r"\b(?:ajoute\w*|rajoute\w*|compte|majore|facture) <6>(?:derangement|temps (?:perdu|pase)|a chaque (?:coup|apel|fois)|relancer)|"
                             r"\beuros de <2>relance a chaque"),
    Rule(RedLine.UNDUE_FEES, r"\b(?:chaque|par) apel\b <3>(?:coutera|facture)|factures? par apel|(?:frais|euros) <5>(?:par|a chaque) (?:apel|coup de fil)|"
                             r"recouvrement vous sera facture|penalite forfaitaire"),
    Rule(RedLine.UNDUE_FEES, r"\b(?:un |comme )particulier\b<far>\b(?:40 euros|indemnite)", law=_CONSUMER_FEE),
    Rule(RedLine.UNDUE_FEES, r"\b(?:relancer|relance|apel|courier|letre) <4>coutera|\bmes honoraires|frais administratifs|"
                             r"\beuros (?:par|la|pour chaque) (?:letre|apel|mail|relance|courier|sms)|\bfrais de agence <6>(?:de plus|en plus)|majoration de \d"),
    Rule(RedLine.UNDUE_FEES, r"\b(?:chaque|cete|la) (?:relance|letre|rapel|courier) <2>facture\w*|(?:{FEES})\b<far>\bvous (?:les|le|la) (?:paierez|reglerez|devrez)|"
                             r"\bfera \d+ euros de frais"),
    # Insult
    Rule(RedLine.INSULT, r"\b(?:vous|tu|te|vs|ta|et|des|ils|z) (?:etes?|ete|es|ai|est|as) (?:(?!pas\b|victime\b)[\w,]+ ){0,6}(?:{SWEAR})\b",
         r"(?:dis|pense|crois|acuse) pas que vous (?:(?!mais).)*$|{REPORTED}"),
    Rule(RedLine.INSULT, r"\b(?:espece|bande) de|\b(?:quel|quele|pauvre|gros|sale|fiefe|sacre) (?:{SWEAR}|type)\b|^(?:{SWEAR})\b ?\.?$|\bgros menteur"),
    Rule(RedLine.INSULT, r"\b(?:conards?|conase|encule|salope?|ta gueule|vos gueules|fermez la|^ferme la|fils de pute)\b"),
    Rule(RedLine.INSULT, r"\b(?:(?:vous|te|tu|se) (?:foutez|fou|fichez|moquez|fous?|foute)) <1>(?:de|du) <1>(?:moi|monde|gueule|ma|la|ki|qui)|fou de qui|"
                         r"foutage de gueule"),
    Rule(RedLine.INSULT, r"\b(?:me prenez|me prends) pour\b|\b(?:vous mentez|tu mens)\b|mentez come vous"),
    Rule(RedLine.INSULT, r"\b(?:devriez avoir|avez pas|as pas|a pas|ta pas) honte (?:\?|serieux|,|a votre)|devriez avoir honte|\bla honte\b|faites honte|avez donc pas honte|"
                         r"avez pas honte"),
    Rule(RedLine.INSULT, r"\baucun(?:e)? (?:honeur|parole)\b|valez rien|servez a rien|entreprise de clowns|(?:un|une|des|quel) <1>(?:filou|clown|guignol|parasite)s?\b|"
                         r"\b(?:gros|des) (?:mythos|mensonges)|(?:zero|0) respect"),
    Rule(RedLine.INSULT, r"\b(?:vous|tu) (?:etes?|ete|es) (?:de )?(?:une |la )?(?:betise|lie|honte|calamite|plaie|pouriture|ordure)\b|gros naze|\bquel <1>mytho"),
    Rule(RedLine.INSULT, r"\b(?:sombre|gros|petit|vieux) (?:{SWEAR})|alez vous faire (?:voir|foutre)|va te faire|\bfoutre\b|\bdegagez?\b|case toi"),
    # Pressure through family, employer, trade, networks
    Rule(RedLine.PERSONAL_PRESSURE, r"\b(?:je|on|nous|vais|alons|va|crains) {FREE}(?:{TELL}) {FREE}(?<!, )(?:votre|vos|vot|ton|ta|tes) (?:\w+ )?(?:{TRADE})\b",
         r"avec votre acord|{REPORTED}|je parle pas|me a dit|vous serez livre|chez vos", _TRADE_PRESSURE),
    Rule(RedLine.PERSONAL_PRESSURE, r"\b(?:je|on|nous|vais|alons|va|crains|peux) {FREE}(?:{TELL}) {FREE}(?<!, )(?:votre|vos|vot|ton|ta|tes) (?:\w+ )?(?:{KIN}|{LIFE})\b",
         r"{REPORTED}|me a (?:dit|indique|repondu|pase)"),
    Rule(RedLine.PERSONAL_PRESSURE, r"\b(?:pas|jamais|rien) <3>(?:votre|vos|ton|ta|tes) <1>(?:{KIN}|{LIFE}|{TRADE})\b<near>(?:si (?:vous|tu) pay|mais|sauf si|tant que)"),
    Rule(RedLine.PERSONAL_PRESSURE, r"\b(?:voudrais pas|facheux|domage) que (?:votre|vos|ton|ta) (?:\w+ )?(?:{KIN}|{LIFE}|{TRADE})"),
    Rule(RedLine.PERSONAL_PRESSURE, r"\b(?:votre|vos|ton|ta|tes) (?:{KIN}|{LIFE}|{TRADE}) (?:(?!pas\b)[\w,]+ ){0,3}(?:sau\w+|(?:sera|seront|serait|seraient)\b(?! pas)|va (?:etre|savoir|recevoir|le savoir)|"
                                    r"vont (?:etre|savoir|le? ?aprendre)|recevra|apren\w+|aprit|rire\b|recevoir|decouvr\w+|aprecier\w*|paiera\b|interes\w+)", r"{REPORTED}"),
    Rule(RedLine.PERSONAL_PRESSURE, r"\b(?:mets?|metr\w+|publi\w+|post\w*|afich\w+|ecri\w*|avis|comentaire|note|alons|tiens|j?raconte\w*) "
                                    r"(?:(?!pas\b|jamais\b|rien\b)[\w,]+ ){0,8}(?:{ONLINE})\b", r"jamais de nom|rien sur|si le service|vous pouvez laiser"),
    Rule(RedLine.PERSONAL_PRESSURE, r"\b(?:la prese locale|avis gogle (?!si)|mot de ma part dans)\b|\bparlerai a la prese"),
    Rule(RedLine.PERSONAL_PRESSURE, r"votre nom sur (?:{ONLINE})|(?:pere|mere|femme|mari|patron|employeur) <8>mis au courant|tout le (?:quartier|monde|vilage|secteur) (?:le )?saur?a|reputation est finie|circuler votre nom|liste de mes mauvais payeurs|"
                                    r"\b(?:dirai|dire|raconter\w*) (?:ca )?a tout le monde|\btaguer|balance tout|une etoile|sortie de (?:le )?ecole|numero de votre (?:{KIN})|"
                                    r"(?:conjoint|femme|mari|epouse|employeur) est (?:il|ele) au courant|un (?:petit )?mot a votre (?:{TRADE}|{KIN}|{LIFE})|"
                                    r"aficher\w* votre nom|vous aficher sur|dire a tous les|leur dire qui vous etes|dans mon telephone , je vais leur"),
)  # fmt: skip
