"""The stock: what lies where, each item, each lot in its place, what is on its way, which trucks come."""

from app.goods.pages import arriving, days, items, lasting, lots, prices, pricing, stock, trucks, vehicles

PAGES = [
    *stock.PAGES,
    *items.PAGES,
    *lasting.PAGES,
    *lots.PAGES,
    *prices.PAGES,
    *pricing.PAGES,
    *trucks.PAGES,
    *arriving.PAGES,
    *days.PAGES,
    *vehicles.PAGES,
]
