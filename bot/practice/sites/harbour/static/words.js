// The words of My bets, in the account's language.

import { store } from "./store.js";

const WORDS = {
  en: {
    title: "My bets",
    open: "Open",
    settled: "Settled",
    cashed_out: "Cashed out",
    loading: "Loading bets…",
    bet: "bet",
    bets: "bets",
    failed: "We can't show your bets right now.",
    again: "Try again",
    cash_out: "Cash out",
    details: "Show details",
    stake: "Stake",
    to_return: "Potential return",
    returned: "Returned",
  },
  pt: {
    title: "As minhas apostas",
    open: "Em aberto",
    settled: "Resolvidas",
    cashed_out: "Encerradas",
    loading: "A carregar…",
    bet: "aposta",
    bets: "apostas",
    failed: "De momento não é possível mostrar as suas apostas.",
    again: "Tentar de novo",
    cash_out: "Encerrar aposta",
    details: "Ver detalhes",
    stake: "Montante",
    to_return: "Retorno potencial",
    returned: "Retorno",
  },
  it: {
    title: "Le mie scommesse",
    open: "In corso",
    settled: "Concluse",
    cashed_out: "Chiuse in anticipo",
    loading: "Caricamento…",
    bet: "scommessa",
    bets: "scommesse",
    failed: "Al momento non è possibile mostrare le scommesse.",
    again: "Riprova",
    cash_out: "Chiudi ora",
    details: "Mostra dettagli",
    stake: "Puntata",
    to_return: "Vincita potenziale",
    returned: "Restituito",
  },
};

export const word = (name) => WORDS[store.account?.language ?? "en"][name];
