-- What a truck shows at the dock, as a square or read out: it opens its booking. Those booked before have none.
ALTER TABLE goods_booking ADD COLUMN code TEXT;
CREATE UNIQUE INDEX goods_booking_code ON goods_booking(code) WHERE code IS NOT NULL;
