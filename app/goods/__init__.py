"""Goods that balance: items, lots, and moves between places."""
