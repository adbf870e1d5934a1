"""What « Souffler » whispers: a direction for each intent, never the sentence itself."""

from collections.abc import Mapping

from course_app.calls.intents import Intent

HINTS: Mapping[Intent, str] = {
    Intent.INTRODUCE: "Dites d'abord qui vous êtes, et pour quelle maison.",
    Intent.VERIFY: "Assurez-vous de parler à la bonne personne, sans dire pourquoi.",
    Intent.STATE_INVOICE: "Un fait suffit : le numéro, le montant, l'échéance.",
    Intent.ASK_OPENLY: "Vous ne savez pas encore ce qui bloque : une question ouverte.",
    Intent.LISTEN: "Laissez de la place. Le silence aide.",
    Intent.REPHRASE: "Redites ce que vous venez d'entendre, pour vérifier.",
    Intent.OFFER: "La raison est connue : proposez une réponse à celle-là.",
    Intent.ASK_DATE: "C'est le moment d'un jour, d'un montant, d'un moyen.",
    Intent.RECAP: "Une date est donnée : redites-la avec le montant et le moyen.",
    Intent.CITE_DOCUMENTS: "Une pièce répondrait mieux qu'un débat.",
    Intent.END: "Tout est dit : remerciez, annoncez l'écrit, prenez congé.",
}
