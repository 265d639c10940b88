/*
id: close_second
title: {zh: 第二低报价异常接近中标价（R024）, en: The second-lowest bid is unusually close to the winning one (R024)}
status: stable
role: lead
level: low
basis: ["ocp:R024"]
why:
  zh: 落选报价只比中标价高一点点，远小于其他采购，可能是陪标人照着中标价抬一点报出来的，只为显得有竞争。
  en: A losing price barely above the winning one, far closer than in other processes, may have been set after it to look like competition.
not_when:
  zh: 价格受指导价或公开信息价约束，各家报价天然接近；采用综合评分、低价不一定中标的项目。
  en: Regulated or published prices hold all bids together; awards by score, not by price.
ask:
  zh: 两家投标文件、报价编制过程和制作软件信息，两家是否共用人员、地址、账户，评标报告中的报价分。
  en: Both bids, how and on which machine they were priced, shared people, addresses and accounts, the price scores.
reads: [bid, award]
optional: [tender]
population: {table: bid, where: "amount IS NOT NULL AND coalesce(status, 'valid') = 'valid'"}
scope: all
params: {fence: 1.5}
lead: {unit: unit_id, subject: [process, lot], amount: winning_amount, currency: currency, on: awarded_on}
reason:
  zh: "“{title}”{winner_name}以{winning_amount}中标，{second_name}报{second_amount}，只高{percent}%；本批采购的下限为{fence_percent}%（另有{other_currency_bids}份其他币种报价未参与比较）。"
  en: "“{title}”: {winner_name} won at {winning_amount}, {second_name} bid {second_amount}, only {percent} % more; the lower fence of all processes is {fence_percent} % ({other_currency_bids} bids in other currencies left out)."
examples:
  - says: seven seconds lie five per cent above, one only half a per cent; a process with two awards is not compared; a firm whose name is not given is compared as well
    given:
      bid:
        - &bid {ocid: P0, bid_id: B1, bidder_id: S1, bidder_name: 甲公司, status: valid, amount: 100000.00}
        - {<<: *bid, ocid: P0, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, amount: 105000}
        - {<<: *bid, ocid: P1}
        - {<<: *bid, ocid: P1, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, amount: 105100}
        - {<<: *bid, ocid: P2}
        - {<<: *bid, ocid: P2, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, amount: 105200}
        - {<<: *bid, ocid: P3}
        - {<<: *bid, ocid: P3, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, amount: 105300}
        - {<<: *bid, ocid: P4}
        - {<<: *bid, ocid: P4, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, amount: 105400}
        - {<<: *bid, ocid: P5}
        - {<<: *bid, ocid: P5, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, amount: 105500}
        - {<<: *bid, ocid: P6}
        - {<<: *bid, ocid: P6, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, amount: 105600}
        - {<<: *bid, ocid: P7}
        - {<<: *bid, ocid: P7, bid_id: B2, bidder_id: S2, bidder_name: null, amount: 100500}
        - {<<: *bid, ocid: P8}
        - {<<: *bid, ocid: P8, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, amount: 100400}
      award:
        - &won {ocid: P0, award_id: A1, status: active, supplier_id: S1, supplier_name: 甲公司, awarded_on: 2025-03-05}
        - {<<: *won, ocid: P1}
        - {<<: *won, ocid: P2}
        - {<<: *won, ocid: P3}
        - {<<: *won, ocid: P4}
        - {<<: *won, ocid: P5}
        - {<<: *won, ocid: P6}
        - {<<: *won, ocid: P7}
        - {<<: *won, ocid: P8}
        - {<<: *won, ocid: P8, award_id: A2}
    expect:
      - {process: P7, winner: S1, second: S2, winning_amount: 100000.00, percent: 0.5, bid_rows: [15, 16], award_rows: [8]}
  - says: where differences scatter widely the fence is negative and nothing can be told
    given:
      bid:
        - &wide {ocid: P0, bid_id: B1, bidder_id: S1, bidder_name: 甲公司, status: valid, amount: 100000.00}
        - {<<: *wide, ocid: P0, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, amount: 100100}
        - {<<: *wide, ocid: P1}
        - {<<: *wide, ocid: P1, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, amount: 105000}
        - {<<: *wide, ocid: P2}
        - {<<: *wide, ocid: P2, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, amount: 120000}
        - {<<: *wide, ocid: P3}
        - {<<: *wide, ocid: P3, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, amount: 140000}
        - {<<: *wide, ocid: P4}
        - {<<: *wide, ocid: P4, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, amount: 150000}
      award:
        - &taken {ocid: P0, award_id: A1, status: active, supplier_id: S1, supplier_name: 甲公司, awarded_on: 2025-03-05}
        - {<<: *taken, ocid: P1}
        - {<<: *taken, ocid: P2}
        - {<<: *taken, ocid: P3}
        - {<<: *taken, ocid: P4}
    expect: []
*/
WITH tenders AS (
  SELECT coalesce(ocid, tender_id) AS process, max(coalesce(unit_id, unit_name)) AS unit_id, max(title) AS title,
    count(*) FILTER (WHERE status = 'cancelled') AS times_cancelled
  FROM tender
  GROUP BY coalesce(ocid, tender_id)
),
-- Where bids or awards name several lots, each lot is a contest of its own; else the whole process is one.
processes_by_lot AS (
  SELECT process
  FROM (
    SELECT coalesce(ocid, tender_id) AS process, lot_id
    FROM bid
    WHERE lot_id IS NOT NULL
    UNION
    SELECT coalesce(ocid, tender_id) AS process, lot_id
    FROM award
    WHERE lot_id IS NOT NULL
  ) AS named
  GROUP BY process
  HAVING count(*) > 1
),
-- A list of awards that is no OCDS holds only those that stand.
results AS (
  SELECT award.row_id, coalesce(award.ocid, award.tender_id) AS process,
    CASE WHEN by_lot.process IS NULL THEN '' ELSE coalesce(award.lot_id, '') END AS lot,
    coalesce(award.supplier_id, award.supplier_name) AS supplier, award.supplier_name, award.amount, award.currency,
    award.awarded_on, coalesce(award.status, CASE WHEN award.ocid IS NULL THEN 'active' END) AS status
  FROM award
  LEFT JOIN processes_by_lot AS by_lot ON by_lot.process = coalesce(award.ocid, award.tender_id)
),
-- Outside OCDS a bid without a status counts as valid, unless a reason for its rejection is given.
offers AS (
  SELECT bid.row_id, coalesce(bid.unit_id, bid.unit_name, tenders.unit_id) AS unit_id,
    coalesce(bid.ocid, bid.tender_id) AS process,
    CASE WHEN by_lot.process IS NULL THEN '' ELSE coalesce(bid.lot_id, '') END AS lot,
    coalesce(tenders.title, bid.tender_title, bid.ocid, bid.tender_id) AS title,
    bid.bidder_id, bid.bidder_name, coalesce(bid.bidder_id, bid.bidder_name) AS bidder, bid.bid_on,
    coalesce(bid.bid_id, bid.bidder_id, bid.bidder_name) AS bid_no, coalesce(bid.members, 1) AS members,
    coalesce(bid.member_no, 1) AS member_no, bid.amount, bid.currency,
    coalesce(bid.status, CASE WHEN bid.reject_reason IS NOT NULL THEN 'disqualified'
      WHEN bid.ocid IS NULL THEN 'valid' END) AS status
  FROM bid
  LEFT JOIN processes_by_lot AS by_lot ON by_lot.process = coalesce(bid.ocid, bid.tender_id)
  LEFT JOIN tenders ON tenders.process = coalesce(bid.ocid, bid.tender_id)
  WHERE coalesce(tenders.times_cancelled, 0) = 0
),
-- Exactly one award stands, to one supplier, and none is pending.
sole_awards AS (
  SELECT process, lot, min(supplier) FILTER (WHERE status = 'active') AS supplier,
    min(supplier_name) FILTER (WHERE status = 'active') AS supplier_name,
    min(row_id) FILTER (WHERE status = 'active') AS award_row
  FROM results
  GROUP BY process, lot
  HAVING count(*) FILTER (WHERE status = 'active') = 1
    AND count(*) FILTER (WHERE coalesce(status, 'unknown') NOT IN ('active', 'cancelled', 'unsuccessful')) = 0
),
-- Valid bids of single tenderers where one award stands.
contenders AS (
  SELECT offers.row_id, offers.process, offers.lot, offers.bidder, offers.amount, offers.currency, awards.award_row,
    coalesce(awards.supplier IN (offers.bidder_id, offers.bidder_name)
      OR offers.bidder_id IS NULL AND awards.supplier_name = offers.bidder_name, false) AS is_winner
  FROM offers
  JOIN sole_awards AS awards ON awards.process = offers.process AND awards.lot = offers.lot
  WHERE offers.status = 'valid' AND offers.members = 1
),
-- One currency for the whole of the books: that of most priced bids.
main_currency AS (
  SELECT currency
  FROM bid
  WHERE amount IS NOT NULL AND currency IS NOT NULL
  GROUP BY currency
  ORDER BY count(*) DESC, currency
  LIMIT 1
),
left_out AS (
  SELECT count(*) AS other_currency_bids
  FROM bid
  WHERE amount IS NOT NULL AND currency NOT IN (SELECT currency FROM main_currency)
),
prices AS (
  SELECT contenders.process, contenders.lot, max(contenders.award_row) AS award_row,
    min(contenders.amount) FILTER (WHERE contenders.is_winner) AS winning_amount,
    min(contenders.amount) FILTER (WHERE NOT contenders.is_winner) AS second_amount
  FROM contenders
  JOIN main_currency ON main_currency.currency = contenders.currency
  WHERE contenders.amount IS NOT NULL
  GROUP BY contenders.process, contenders.lot
),
differences AS (
  SELECT process, lot, award_row, winning_amount, second_amount,
    CAST(second_amount - winning_amount AS DOUBLE) / nullif(CAST(winning_amount AS DOUBLE), 0) AS difference
  FROM prices
  WHERE winning_amount > 0 AND second_amount >= winning_amount
),
in_order AS (
  SELECT difference AS measured, row_number() OVER (ORDER BY difference) AS place, count(*) OVER () AS many
  FROM differences
),
-- Quartiles as R8: at place (n + 1/3) p + 1/3, which is (3n + 5) / 12 for the first and (9n + 7) / 12 for the third.
neighbours AS (
  SELECT many, greatest(0, (3 * many + 5) / 12.0 - greatest(1, floor((3 * many + 5) / 12.0))) AS part_1,
    (9 * many + 7) / 12.0 - floor((9 * many + 7) / 12.0) AS part_3,
    max(measured) FILTER (WHERE place = greatest(1, floor((3 * many + 5) / 12.0))) AS low_1,
    max(measured) FILTER (WHERE place = least(many, greatest(1, floor((3 * many + 5) / 12.0)) + 1)) AS high_1,
    max(measured) FILTER (WHERE place = floor((9 * many + 7) / 12.0)) AS low_3,
    max(measured) FILTER (WHERE place = least(many, floor((9 * many + 7) / 12.0) + 1)) AS high_3
  FROM in_order
  GROUP BY many
),
quartiles AS (
  SELECT many, round(low_1 + (high_1 - low_1) * part_1, 12) AS q1, round(low_3 + (high_3 - low_3) * part_3, 12) AS q3
  FROM neighbours
),
-- Without spread, or with a fence at or below zero, no difference is unusually small.
fences AS (
  SELECT q1, q3, round(q1 - $fence * (q3 - q1), 12) AS lower_fence
  FROM quartiles
  WHERE q1 > 0 AND q3 > q1 AND round(q1 - $fence * (q3 - q1), 12) > 0
),
chosen AS (
  SELECT differences.process, differences.lot, differences.award_row, differences.winning_amount,
    differences.second_amount, differences.difference, fences.q1, fences.q3, fences.lower_fence
  FROM differences
  JOIN fences ON round(differences.difference, 12) <= fences.lower_fence
),
-- Of several bids at the same price one stands for them.
first_bids AS (
  SELECT contenders.process, contenders.lot, contenders.bidder, contenders.row_id, contenders.is_winner
  FROM contenders
  JOIN chosen ON chosen.process = contenders.process AND chosen.lot = contenders.lot
    AND contenders.amount = CASE WHEN contenders.is_winner THEN chosen.winning_amount ELSE chosen.second_amount END
  JOIN main_currency ON main_currency.currency = contenders.currency
  QUALIFY row_number() OVER (PARTITION BY contenders.process, contenders.lot, contenders.is_winner
    ORDER BY contenders.bidder, contenders.row_id) = 1
)
SELECT max(won.unit_id) AS unit_id, chosen.process, chosen.lot, max(won.title) AS title, max(won.bidder) AS winner,
  max(won.bidder_name) AS winner_name, max(second.bidder) AS second, max(second.bidder_name) AS second_name,
  chosen.winning_amount, chosen.second_amount, max(won.currency) AS currency, max(award.awarded_on) AS awarded_on,
  chosen.difference, round(chosen.difference * 100, 3) AS percent,
  round(chosen.lower_fence * 100, 3) AS fence_percent, chosen.q1, chosen.q3, chosen.lower_fence,
  max(left_out.other_currency_bids) AS other_currency_bids, list_sort(list(DISTINCT award.row_id)) AS award_rows,
  list_sort(list(first_bids.row_id)) AS bid_rows
FROM chosen
JOIN first_bids ON first_bids.process = chosen.process AND first_bids.lot = chosen.lot
LEFT JOIN offers AS won ON won.row_id = first_bids.row_id AND first_bids.is_winner
LEFT JOIN offers AS second ON second.row_id = first_bids.row_id AND NOT first_bids.is_winner
JOIN award ON award.row_id = chosen.award_row
JOIN left_out ON true
GROUP BY chosen.process, chosen.lot, chosen.winning_amount, chosen.second_amount, chosen.difference, chosen.q1,
  chosen.q3, chosen.lower_fence
