/*
id: fixed_winner_pair
title: {zh: 一家总是陪着另一家投标（陪标）, en: One firm always bids beside another and loses}
status: stable
role: lead
level: high
basis: [tender-32, tenderr-39, gpr-74]
why:
  zh: 某投标人绝大多数时候只跟着同一家中标人出现，每次都落选，自己几乎从不中标，像专职陪标。
  en: A tenderer appears nearly always beside one winner, loses each time and hardly ever wins itself; it looks like a standing companion.
not_when:
  zh: 中标人是当地龙头，大家都输给它（已看其缺席时的情况）；专业市场只有两三家。
  en: The winner leads the market and all lose to it (looked at by its record without the companion); a market of two or three.
ask:
  zh: 两家股东、人员、地址、电话、保证金账户，落选者的投标文件由谁编制，中标后是否给落选者付款或分包。
  en: Owners, people, addresses, phones and bond accounts of both, who made the losing bids, payments or subcontracts to the loser.
reads: [bid]
optional: [tender, award]
population: {table: bid, where: "coalesce(status, 'valid') IN ('valid', 'pending', 'disqualified')"}
scope: all
params: {least_meetings: 4, least_together: 0.7, least_won: 0.8, most_own_wins: 0.1, most_bidders: 50}
lead: {unit: unit_id, subject: [winner, companion], amount: total, currency: currency, on: bid_on}
reason:
  zh: "{companion_name}共投标{companion_bids}次，其中{meetings}次与{winner_name}同场，{winner_name}中标{wins}次，{companion_name}一次未中。"
  en: "{companion_name} bid {companion_bids} times, {meetings} of them beside {winner_name}, which won {wins}; {companion_name} won none of these."
examples:
  - says: B appears five times beside A and always loses; firms that win elsewhere or seldom meet are left alone
    given:
      bid:
        - &bid {ocid: P1, bid_id: B1, bidder_id: A, bidder_name: 甲公司, status: valid, amount: 100000.00, bid_on: 2025-03-01}
        - {<<: *bid, ocid: P1, bid_id: B2, bidder_id: B, bidder_name: 乙公司}
        - {<<: *bid, ocid: P2, bid_id: B1, bidder_id: A, bidder_name: 甲公司}
        - {<<: *bid, ocid: P2, bid_id: B2, bidder_id: B, bidder_name: 乙公司}
        - {<<: *bid, ocid: P2, bid_id: B3, bidder_id: O2, bidder_name: 外来2}
        - {<<: *bid, ocid: P3, bid_id: B1, bidder_id: A, bidder_name: 甲公司}
        - {<<: *bid, ocid: P3, bid_id: B2, bidder_id: B, bidder_name: 乙公司}
        - {<<: *bid, ocid: P4, bid_id: B1, bidder_id: A, bidder_name: 甲公司}
        - {<<: *bid, ocid: P4, bid_id: B2, bidder_id: B, bidder_name: 乙公司}
        - {<<: *bid, ocid: P4, bid_id: B3, bidder_id: C, bidder_name: 丙公司}
        - {<<: *bid, ocid: P5, bid_id: B1, bidder_id: A, bidder_name: 甲公司}
        - {<<: *bid, ocid: P5, bid_id: B2, bidder_id: B, bidder_name: 乙公司}
        - {<<: *bid, ocid: P6, bid_id: B1, bidder_id: C, bidder_name: 丙公司}
        - {<<: *bid, ocid: P6, bid_id: B2, bidder_id: A, bidder_name: 甲公司}
        - {<<: *bid, ocid: P7, bid_id: B1, bidder_id: C, bidder_name: 丙公司}
        - {<<: *bid, ocid: P7, bid_id: B2, bidder_id: X, bidder_name: 外公司}
        - {<<: *bid, ocid: P8, bid_id: B1, bidder_id: X, bidder_name: 外公司}
        - {<<: *bid, ocid: P8, bid_id: B2, bidder_id: C, bidder_name: 丙公司}
        - {<<: *bid, ocid: P9, bid_id: B1, bidder_id: C, bidder_name: 丙公司}
        - {<<: *bid, ocid: P9, bid_id: B2, bidder_id: X, bidder_name: 外公司}
        - {<<: *bid, ocid: P10, bid_id: B1, bidder_id: D, bidder_name: 丁公司}
        - {<<: *bid, ocid: P10, bid_id: B2, bidder_id: C, bidder_name: 丙公司}
        - {<<: *bid, ocid: P11, bid_id: B1, bidder_id: D, bidder_name: 丁公司}
        - {<<: *bid, ocid: P11, bid_id: B2, bidder_id: X, bidder_name: 外公司}
        - {<<: *bid, ocid: P12, bid_id: B1, bidder_id: C, bidder_name: 丙公司}
        - {<<: *bid, ocid: P12, bid_id: B2, bidder_id: D, bidder_name: 丁公司}
      award:
        - &won {ocid: P1, award_id: A1, status: active, supplier_id: A, supplier_name: 中标人, awarded_on: 2025-04-01}
        - {<<: *won, ocid: P2, supplier_id: A}
        - {<<: *won, ocid: P3, supplier_id: A}
        - {<<: *won, ocid: P4, supplier_id: A}
        - {<<: *won, ocid: P5, supplier_id: A}
        - {<<: *won, ocid: P6, supplier_id: C}
        - {<<: *won, ocid: P7, supplier_id: C}
        - {<<: *won, ocid: P8, supplier_id: X}
        - {<<: *won, ocid: P9, supplier_id: C}
        - {<<: *won, ocid: P10, supplier_id: D}
        - {<<: *won, ocid: P11, supplier_id: D}
        - {<<: *won, ocid: P12, supplier_id: C}
    expect:
      - {winner: A, companion: B, meetings: 5, wins: 5, bid_rows: [1, 2, 3, 4, 6, 7, 8, 9, 11, 12]}
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
-- Who won: by the award, else as the bid itself says, else who stands first.
winners AS (
  SELECT DISTINCT process, lot, supplier, supplier_name
  FROM results
  WHERE status = 'active'
),
bids AS (
  SELECT offers.row_id, offers.unit_id, offers.process, offers.lot, offers.bidder, offers.bidder_name, offers.bid_no,
    offers.amount, offers.currency, offers.bid_on,
    winners.supplier IS NOT NULL OR flagged.is_winner IS NOT NULL AND flagged.is_winner AS is_winner
  FROM offers
  LEFT JOIN winners ON winners.process = offers.process AND winners.lot = offers.lot
    AND (winners.supplier IN (offers.bidder_id, offers.bidder_name)
      OR offers.bidder_id IS NULL AND winners.supplier_name = offers.bidder_name)
  JOIN bid AS flagged ON flagged.row_id = offers.row_id
  WHERE offers.status IN ('valid', 'pending', 'disqualified')
),
taken_part AS (
  SELECT process, lot, bidder, max(bidder_name) AS bidder_name, max(unit_id) AS unit_id, bool_or(is_winner) AS has_won,
    min(row_id) AS row_id, min(bid_no) AS bid_no, max(amount) AS amount, max(currency) AS currency, max(bid_on) AS bid_on
  FROM bids
  GROUP BY process, lot, bidder
),
-- Contests that somebody won tell who loses to whom; among very many bidders all meet all.
decided AS (
  SELECT process, lot
  FROM taken_part
  GROUP BY process, lot
  HAVING count(*) FILTER (WHERE has_won) > 0 AND count(*) BETWEEN 2 AND $most_bidders
),
met AS (
  SELECT part.process, part.lot, part.bidder, part.bidder_name, part.bid_no, part.unit_id, part.has_won, part.row_id,
    part.amount, part.currency, part.bid_on
  FROM taken_part AS part
  JOIN decided ON decided.process = part.process AND decided.lot = part.lot
),
records AS (
  SELECT bidder, max(bidder_name) AS bidder_name, count(*) AS bids, count(*) FILTER (WHERE has_won) AS wins
  FROM met
  GROUP BY bidder
),
side_by_side AS (
  SELECT w.bidder AS winner, c.bidder AS companion, w.has_won, w.row_id AS winner_row, c.row_id AS companion_row,
    w.unit_id, w.amount, w.currency, w.bid_on, c.has_won AS has_companion_won
  FROM met AS c
  JOIN met AS w ON w.process = c.process AND w.lot = c.lot AND w.bidder <> c.bidder AND w.bid_no <> c.bid_no
),
pairs AS (
  SELECT winner, companion, count(*) AS meetings, count(*) FILTER (WHERE has_won) AS wins
  FROM side_by_side
  GROUP BY winner, companion
  HAVING count(*) >= $least_meetings AND count(*) FILTER (WHERE has_companion_won) = 0 AND count(*) FILTER (WHERE has_won) >= count(*) * $least_won
),
-- A firm that wins as surely when the other is away needs no companion: all lose to it.
fixed AS (
  SELECT pairs.winner, pairs.companion, pairs.meetings, pairs.wins, w.bidder_name AS winner_name,
    c.bidder_name AS companion_name, c.bids AS companion_bids
  FROM pairs
  JOIN records AS w ON w.bidder = pairs.winner
  JOIN records AS c ON c.bidder = pairs.companion
  WHERE pairs.meetings >= c.bids * $least_together AND c.wins <= c.bids * $most_own_wins
    AND (w.bids - pairs.meetings < $least_meetings OR (w.wins - pairs.wins) < (w.bids - pairs.meetings) * $least_won)
)
SELECT max(beside.unit_id) AS unit_id, fixed.winner, fixed.companion, fixed.winner_name, fixed.companion_name,
  fixed.companion_bids, fixed.meetings, fixed.wins,
  CAST(sum(beside.amount) FILTER (WHERE beside.has_won) AS DECIMAL(18, 2)) AS total, max(beside.currency) AS currency,
  max(beside.bid_on) AS bid_on,
  list_sort(list_concat(list_sort(list(beside.winner_row) FILTER (WHERE beside.winner_row IS NOT NULL)),
    list_sort(list(beside.companion_row) FILTER (WHERE beside.companion_row IS NOT NULL)))) AS bid_rows
FROM fixed
JOIN side_by_side AS beside ON beside.winner = fixed.winner AND beside.companion = fixed.companion
GROUP BY fixed.winner, fixed.companion, fixed.winner_name, fixed.companion_name, fixed.companion_bids, fixed.meetings,
  fixed.wins
