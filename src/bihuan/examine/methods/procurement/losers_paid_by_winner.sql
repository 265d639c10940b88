/*
id: losers_paid_by_winner
title: {zh: 中标人向落选投标人付款, en: The winner paid tenderers that lost}
status: stable
role: lead
level: high
basis: [tender-32, tenderr-39]
why:
  zh: 开标前后中标人的账户向同场落选者付款，可能是陪标费、保证金垫资或中标后分包。
  en: Around the tender money went from the winner's account to a loser of the same contest, be it a fee for keeping company, its bond, or a subcontract.
not_when:
  zh: 两家长期有真实的购销往来；依法分包并经招标人同意。
  en: A long and real trade between the two, or a lawful subcontract to which the buyer agreed.
ask:
  zh: 付款的合同、发票和实物，资金的最终去向，落选者投标保证金的来源。
  en: Contract, invoice and goods behind the payment, where the money went on to, where the loser's bond came from.
reads: [bid, bank_transaction]
optional: [tender, award]
population: {table: bid, where: "bidder_name IS NOT NULL"}
scope: lookback
params: {days_before: 30, days_after: 180, most_before: 2, most_bidders: 50}
lead: {unit: unit_id, subject: [process, lot, winner_name], amount: total, currency: currency, on: paid_on}
reason:
  zh: "“{title}”中标人{winner_name}在开标前后向落选的{loser_names}付款{times}笔，合计{total}。"
  en: "“{title}”: around the tender the winner {winner_name} paid {loser_names}, who lost, {times} times, {total} together."
examples:
  - says: what one winner pays to several losers of one contest is one lead
    given:
      bid:
        - &offer {tender_id: P1, bidder_name: 甲公司, status: valid, is_winner: true, amount: 500000.00, bid_on: 2025-03-01}
        - {<<: *offer, bidder_name: 乙公司, is_winner: false}
        - {<<: *offer, bidder_name: 丙公司, is_winner: false}
      bank_transaction:
        - &sent {account_name: 甲公司, other_name: 乙公司, out_amount: 30000.00, transacted_on: 2025-04-02, account_no: "1"}
        - {<<: *sent, other_name: 丙公司, transacted_on: 2025-04-03}
    expect:
      - {process: P1, winner_name: 甲公司, loser_names: 丙公司、乙公司, times: 2, total: 60000.00, bid_rows: [1, 2, 3], bank_transaction_rows: [1, 2]}
  - says: a payment a month after; trade that was there before, and payments to others, are left alone
    given:
      bid:
        - &bid {ocid: P1, bid_id: B1, bidder_id: S1, bidder_name: 甲公司, status: valid, is_winner: true, amount: 500000.00, bid_on: 2025-03-01}
        - {<<: *bid, bid_id: B2, bidder_id: S2, bidder_name: 乙公司, is_winner: false}
        - {<<: *bid, bid_id: B3, bidder_id: S3, bidder_name: 丙公司, is_winner: false}
      bank_transaction:
        - &paid {account_name: 甲公司, other_name: 乙公司, out_amount: 30000.00, transacted_on: 2025-04-02, account_no: "1"}
        - {<<: *paid, other_name: 丙公司}
        - {<<: *paid, other_name: 丙公司, transacted_on: 2024-09-02}
        - {<<: *paid, other_name: 丙公司, transacted_on: 2024-10-02}
        - {<<: *paid, other_name: 丙公司, transacted_on: 2024-11-02}
        - {<<: *paid, other_name: 丁公司}
        - {<<: *paid, out_amount: null, amount: 8000.00, side: out, transacted_on: 2025-04-20}
        - {<<: *paid, out_amount: null, amount: 9000.00, side: in, transacted_on: 2025-04-20}
    expect:
      - {process: P1, winner_name: 甲公司, loser_names: 乙公司, total: 38000.00, bid_rows: [1, 2], bank_transaction_rows: [1, 7]}
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
pairs AS (
  SELECT won.unit_id, won.process, won.lot, won.bidder_name AS winner_name, lost.bidder_name AS loser_name,
    won.row_id AS winner_row, lost.row_id AS loser_row, won.bid_on
  FROM taken_part AS won
  JOIN decided ON decided.process = won.process AND decided.lot = won.lot
  JOIN taken_part AS lost ON lost.process = won.process AND lost.lot = won.lot AND NOT lost.has_won
    AND lost.bidder_name <> won.bidder_name AND lost.bid_no <> won.bid_no
  WHERE won.has_won AND won.bid_on IS NOT NULL
),
-- Out of the winner's account, or into the loser's.
movements AS (
  SELECT row_id, 'out' AS seen_from, account_name AS payer, other_name AS payee,
    coalesce(out_amount, CASE WHEN side = 'out' THEN amount END) AS amount, currency, transacted_on
  FROM bank_transaction
  WHERE coalesce(out_amount, CASE WHEN side = 'out' THEN amount END) > 0
  UNION ALL
  SELECT row_id, 'in' AS seen_from, other_name AS payer, account_name AS payee,
    coalesce(in_amount, CASE WHEN side = 'in' THEN amount END) AS amount, currency, transacted_on
  FROM bank_transaction
  WHERE coalesce(in_amount, CASE WHEN side = 'in' THEN amount END) > 0
),
-- One transfer may stand on the statements of both.
transfers AS (
  SELECT payer, payee, transacted_on, amount, currency, list_sort(list(row_id)) AS movement_rows,
    greatest(count(*) FILTER (WHERE seen_from = 'out'), count(*) FILTER (WHERE seen_from = 'in')) AS times
  FROM movements
  WHERE payer IS NOT NULL AND payee IS NOT NULL
  GROUP BY payer, payee, transacted_on, amount, currency
),
earlier AS (
  SELECT pairs.process, pairs.lot, pairs.winner_name, pairs.loser_name
  FROM pairs
  JOIN transfers ON least(transfers.payer, transfers.payee) = least(pairs.winner_name, pairs.loser_name)
    AND greatest(transfers.payer, transfers.payee) = greatest(pairs.winner_name, pairs.loser_name)
    AND transfers.transacted_on < pairs.bid_on - INTERVAL 1 DAY * $days_before
  GROUP BY pairs.process, pairs.lot, pairs.winner_name, pairs.loser_name
  HAVING sum(transfers.times) > $most_before
)
SELECT pairs.unit_id, pairs.process, pairs.lot, coalesce(max(tenders.title), pairs.process) AS title, pairs.winner_name,
  array_to_string(list_sort(list(DISTINCT pairs.loser_name) FILTER (WHERE pairs.loser_name IS NOT NULL)), '、') AS loser_names,
  sum(transfers.times) AS times, CAST(sum(transfers.amount * transfers.times) AS DECIMAL(18, 2)) AS total,
  max(transfers.currency) AS currency, max(transfers.transacted_on) AS paid_on,
  list_sort(list_concat(list_sort(list(DISTINCT pairs.winner_row) FILTER (WHERE pairs.winner_row IS NOT NULL)),
    list_sort(list(DISTINCT pairs.loser_row) FILTER (WHERE pairs.loser_row IS NOT NULL)))) AS bid_rows,
  list_sort(flatten(list(transfers.movement_rows))) AS bank_transaction_rows
FROM pairs
JOIN transfers ON transfers.payer = pairs.winner_name AND transfers.payee = pairs.loser_name
  AND transfers.transacted_on >= pairs.bid_on - INTERVAL 1 DAY * $days_before
  AND transfers.transacted_on <= pairs.bid_on + INTERVAL 1 DAY * $days_after
LEFT JOIN tenders ON tenders.process = pairs.process
ANTI JOIN earlier ON earlier.process = pairs.process AND earlier.lot = pairs.lot
  AND earlier.winner_name = pairs.winner_name AND earlier.loser_name = pairs.loser_name
GROUP BY pairs.unit_id, pairs.process, pairs.lot, pairs.winner_name
