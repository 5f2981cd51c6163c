"""The parts of stakes that traders must approve; their money is held until the decision."""

from __future__ import annotations

from decimal import Decimal

from bot.practice.sites.accounts import Accounts
from bot.practice.sites.database import Database
from bot.practice.sites.payouts import to_cents
from bot.practice.sites.records import Bet, Referral, ReferralStatus


class Referrals:
    """Keep at most one referral per bet in the site's database; call its changes inside a transaction."""

    def __init__(self, database: Database, accounts: Accounts) -> None:
        self._database = database
        self._accounts = accounts

    def open(self, ticket: str, stake: Decimal) -> None:
        """Refer a part of a bet's stake, which is already deducted, to the traders."""
        columns = {"ticket": ticket, "stake": str(stake), "status": ReferralStatus.PENDING}
        self._database.insert("referrals", columns)

    def find(self, ticket: str) -> Referral | None:
        """Return the referral of a bet, if it has one."""
        row = self._database.row("SELECT * FROM referrals WHERE ticket = ?", (ticket,))
        return None if row is None else Referral(Decimal(row["stake"]), ReferralStatus(row["status"]))

    def approve(self, bet: Bet) -> None:
        """Add the referred part to the running stake of the bet."""
        stake = bet.stake + self._decide(bet, ReferralStatus.APPROVED)
        self._database.run(
            "UPDATE bets SET stake = ?, potential_return = ? WHERE ticket = ?",
            (str(stake), str(to_cents(stake * bet.odds)), bet.ticket),
        )

    def decline(self, bet: Bet) -> None:
        """Return the referred part to the account; the rest of the bet keeps running."""
        self._accounts.add(bet.account, self._decide(bet, ReferralStatus.DECLINED))

    def _decide(self, bet: Bet, status: ReferralStatus) -> Decimal:
        self._database.run("UPDATE referrals SET status = ? WHERE ticket = ?", (status, bet.ticket))
        return bet.referral.stake if bet.referral is not None else Decimal(0)
