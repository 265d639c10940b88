/*
id: identical_unit_prices
title: {zh: 不同投标人分项报价异常一致, en: Unit prices of different tenderers agree or keep one ratio}
status: stable
role: lead
level: high
basis: [tender-32, tenderr-40, mof87-37]
why:
  zh: 两家投标文件的分项单价大量相同，或者逐项成同一比例，说明是同一份清单改出来的；投标文件异常一致视为串通。
  en: Many equal unit prices, or one ratio line by line, mean that one list was made from the other; such likeness is deemed collusion.
not_when:
  zh: 招标文件给定的暂估价、甲供材料、规费税金（所有投标人都一样的项目已剔除）；政府定价材料。
  en: Prices set by the tender itself (items on which all agree are left out), regulated prices.
ask:
  zh: 两家的计价软件工程文件、加密锁号、修改时间，编制人员社保和劳动关系。
  en: Both pricing files, lock numbers, times of change, who made them and whose staff they are.
reads: [bid_item]
optional: [tender]
population: {table: bid_item, where: "price > 0"}
scope: row
params: {least_items: 4, least_share: 0.5, least_ratio_items: 5}
lead: {unit: unit_id, subject: [process, lot, first_firm, second_firm], amount: total, currency: currency, on: bid_on}
reason:
  zh: "“{title}”{first_name}与{second_name}可比的{items}个分项中，{same}项单价完全相同，{same_ratio}项成同一比例。"
  en: "“{title}”: of {items} comparable items of {first_name} and {second_name}, {same} have the same unit price and {same_ratio} keep one ratio."
examples:
  - says: five of six prices the same; nine prices in one ratio; items on which all agree and ordinary lists are left alone
    given:
      bid_item:
        - &item {ocid: P1, bid_id: B1, bidder_id: S1, bidder_name: 甲公司, item_id: I1, item: 开挖, price: 31.57, quantity: 100, bid_on: 2025-03-01}
        - {<<: *item, item_id: I1, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, price: 31.57}
        - {<<: *item, item_id: I1, bid_id: B3, bidder_id: S3, bidder_name: 丙公司, price: 32.2}
        - {<<: *item, item_id: I2, bid_id: B1, bidder_id: S1, bidder_name: 甲公司, price: 88.06}
        - {<<: *item, item_id: I2, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, price: 88.06}
        - {<<: *item, item_id: I2, bid_id: B3, bidder_id: S3, bidder_name: 丙公司, price: 91.58}
        - {<<: *item, item_id: I3, bid_id: B1, bidder_id: S1, bidder_name: 甲公司, price: 12.34}
        - {<<: *item, item_id: I3, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, price: 12.34}
        - {<<: *item, item_id: I3, bid_id: B3, bidder_id: S3, bidder_name: 丙公司, price: 13.08}
        - {<<: *item, item_id: I4, bid_id: B1, bidder_id: S1, bidder_name: 甲公司, price: 450.21}
        - {<<: *item, item_id: I4, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, price: 450.21}
        - {<<: *item, item_id: I4, bid_id: B3, bidder_id: S3, bidder_name: 丙公司, price: 486.23}
        - {<<: *item, item_id: I5, bid_id: B1, bidder_id: S1, bidder_name: 甲公司, price: 77.70}
        - {<<: *item, item_id: I5, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, price: 77.70}
        - {<<: *item, item_id: I5, bid_id: B3, bidder_id: S3, bidder_name: 丙公司, price: 85.47}
        - {<<: *item, item_id: I6, bid_id: B1, bidder_id: S1, bidder_name: 甲公司, price: 61.20}
        - {<<: *item, item_id: I6, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, price: 66.00}
        - {<<: *item, item_id: I6, bid_id: B3, bidder_id: S3, bidder_name: 丙公司, price: 68.54}
        - {<<: *item, item_id: I9, item: 暂估价, bid_id: B1, bidder_id: S1, price: 5000}
        - {<<: *item, item_id: I9, item: 暂估价, bid_id: B2, bidder_id: S2, price: 5000}
        - {<<: *item, item_id: I9, item: 暂估价, bid_id: B3, bidder_id: S3, price: 5000}
        - {<<: *item, ocid: P2, item_id: I1, price: 107}
        - {<<: *item, ocid: P2, item_id: I1, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, price: 110.21}
        - {<<: *item, ocid: P2, item_id: I2, price: 228}
        - {<<: *item, ocid: P2, item_id: I2, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, price: 234.84}
        - {<<: *item, ocid: P2, item_id: I3, price: 363}
        - {<<: *item, ocid: P2, item_id: I3, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, price: 373.89}
        - {<<: *item, ocid: P2, item_id: I4, price: 512}
        - {<<: *item, ocid: P2, item_id: I4, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, price: 527.36}
        - {<<: *item, ocid: P2, item_id: I5, price: 675}
        - {<<: *item, ocid: P2, item_id: I5, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, price: 695.25}
        - {<<: *item, ocid: P2, item_id: I6, price: 852}
        - {<<: *item, ocid: P2, item_id: I6, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, price: 877.56}
        - {<<: *item, ocid: P2, item_id: I7, price: 1043}
        - {<<: *item, ocid: P2, item_id: I7, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, price: 1074.29}
        - {<<: *item, ocid: P2, item_id: I8, price: 1248}
        - {<<: *item, ocid: P2, item_id: I8, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, price: 1285.44}
        - {<<: *item, ocid: P2, item_id: I9, price: 1467, quantity: 700}
        - {<<: *item, ocid: P2, item_id: I9, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, price: 1511.01, quantity: 700}
    expect:
      - {process: P1, first_firm: S1, second_firm: S2, items: 6, same: 5}
      - {process: P2, first_firm: S1, second_firm: S2, items: 9, same: 0, same_ratio: 9}
*/
WITH tenders AS (
  SELECT coalesce(ocid, tender_id) AS process, max(coalesce(unit_id, unit_name)) AS unit_id, max(title) AS title,
    count(*) FILTER (WHERE status = 'cancelled') AS times_cancelled
  FROM tender
  GROUP BY coalesce(ocid, tender_id)
),
priced AS (
  SELECT item.row_id, coalesce(item.unit_id, item.unit_name, tenders.unit_id) AS unit_id,
    coalesce(item.ocid, item.tender_id) AS process, coalesce(item.lot_id, '') AS lot,
    coalesce(tenders.title, item.ocid, item.tender_id) AS title, coalesce(item.bidder_id, item.bidder_name) AS firm,
    item.bidder_name, concat(coalesce(item.item_id, ''), '|', item.item, '|', coalesce(item.features, '')) AS line,
    item.price, item.currency, item.bid_on,
    coalesce(item.amount, try_cast(CAST(item.price AS DOUBLE) * CAST(item.quantity AS DOUBLE) AS DECIMAL(18, 2))) AS amount
  FROM bid_item AS item
  LEFT JOIN tenders ON tenders.process = coalesce(item.ocid, item.tender_id)
  WHERE item.price > 0 AND coalesce(item.bidder_id, item.bidder_name) IS NOT NULL
    AND coalesce(tenders.times_cancelled, 0) = 0
  QUALIFY row_number() OVER (PARTITION BY coalesce(item.ocid, item.tender_id), item.lot_id,
    coalesce(item.bidder_id, item.bidder_name), item.item_id, item.item, item.features ORDER BY item.row_id) = 1
),
-- What every one of three or more tenderers prices alike was set by the tender.
set_by_tender AS (
  SELECT process, lot, line
  FROM priced
  GROUP BY process, lot, line
  HAVING count(DISTINCT price) = 1 AND count(DISTINCT firm) > 2
),
free AS (
  SELECT priced.row_id, priced.unit_id, priced.process, priced.lot, priced.title, priced.firm, priced.bidder_name,
    priced.line, priced.price, priced.currency, priced.bid_on, priced.amount
  FROM priced
  ANTI JOIN set_by_tender AS given ON given.process = priced.process AND given.lot = priced.lot
    AND given.line = priced.line
),
compared AS (
  SELECT a.unit_id, a.process, a.lot, a.title, a.firm AS first_firm, b.firm AS second_firm, a.bidder_name AS first_name,
    b.bidder_name AS second_name, a.row_id AS first_row, b.row_id AS second_row, a.currency, a.bid_on, a.amount,
    a.price = b.price AS is_same, round(CAST(a.price AS DOUBLE) / nullif(CAST(b.price AS DOUBLE), 0), 3) AS ratio
  FROM free AS a
  JOIN free AS b ON b.process = a.process AND b.lot = a.lot AND b.line = a.line AND a.firm < b.firm
    AND b.currency IS NOT DISTINCT FROM a.currency
),
ratios AS (
  SELECT process, lot, first_firm, second_firm, ratio, count(*) AS times
  FROM compared
  WHERE ratio <> 1
  GROUP BY process, lot, first_firm, second_firm, ratio
  QUALIFY row_number() OVER (PARTITION BY process, lot, first_firm, second_firm ORDER BY count(*) DESC, ratio) = 1
),
pairs AS (
  SELECT process, lot, first_firm, second_firm, count(*) AS items, count(*) FILTER (WHERE is_same) AS same
  FROM compared
  GROUP BY process, lot, first_firm, second_firm
),
alike AS (
  SELECT pairs.process, pairs.lot, pairs.first_firm, pairs.second_firm, pairs.items, pairs.same,
    coalesce(ratios.times, 0) AS same_ratio, ratios.ratio,
    pairs.same >= $least_items AND pairs.same >= pairs.items * $least_share AS is_same_list
  FROM pairs
  LEFT JOIN ratios ON ratios.process = pairs.process AND ratios.lot = pairs.lot
    AND ratios.first_firm = pairs.first_firm AND ratios.second_firm = pairs.second_firm
  WHERE pairs.same >= $least_items AND pairs.same >= pairs.items * $least_share
    OR ratios.times >= $least_ratio_items AND ratios.times >= pairs.items * $least_share
),
evidence AS (
  SELECT compared.unit_id, compared.title, compared.first_name, compared.second_name, compared.currency,
    compared.bid_on, compared.amount, compared.first_row, compared.second_row, alike.process, alike.lot,
    alike.first_firm, alike.second_firm, alike.items, alike.same, alike.same_ratio
  FROM alike
  JOIN compared ON compared.process = alike.process AND compared.lot = alike.lot
    AND compared.first_firm = alike.first_firm AND compared.second_firm = alike.second_firm
    AND (alike.is_same_list AND compared.is_same OR NOT alike.is_same_list AND compared.ratio = alike.ratio)
)
SELECT max(unit_id) AS unit_id, process, lot, max(title) AS title, first_firm, second_firm, max(first_name) AS first_name,
  max(second_name) AS second_name, items, same, same_ratio, max(currency) AS currency, max(bid_on) AS bid_on,
  CAST(sum(amount) AS DECIMAL(18, 2)) AS total,
  list_sort(list_concat(list_sort(list(first_row) FILTER (WHERE first_row IS NOT NULL)),
    list_sort(list(second_row) FILTER (WHERE second_row IS NOT NULL)))) AS bid_item_rows
FROM evidence
GROUP BY process, lot, first_firm, second_firm, items, same, same_ratio
