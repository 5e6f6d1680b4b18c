"""Sets of open items that a bank line may pay: pools by debtor, compiled families of guesses, one number per set."""

from recon_kit.matching.sets.families import BIT, CHARGED, EXACT, FAMILIES, HOW, LESS, MORE, NET, NET_LATE, NET_PART
from recon_kit.matching.sets.first_use import compile_meanwhile, compiled_by_now
from recon_kit.matching.sets.keys import item_keys
from recon_kit.matching.sets.pools import Pools, pools
from recon_kit.matching.sets.search import Hypotheses, search, search_pools

__all__ = [
    "BIT", "CHARGED", "EXACT", "FAMILIES", "HOW", "LESS", "MORE", "NET", "NET_LATE", "NET_PART",
    "Hypotheses", "Pools", "compile_meanwhile", "compiled_by_now", "item_keys", "pools", "search", "search_pools",
]  # fmt: skip
