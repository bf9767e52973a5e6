"""The calculus page: rules that say what a derivative is, and the rewrites behind them."""
