/*
id: rotation
title: {zh: 固定几家轮流中标, en: The same firms take turns to win}
status: stable
role: lead
level: high
basis: [tender-32, tenderr-39, gpr-74]
why:
  zh: 同一批投标人反复同场、各家轮着中标，外来者几乎没有机会，是围标轮标的典型样子。
  en: The same tenderers meet again and again and win by turns, with hardly a chance for others, as a ring does.
not_when:
  zh: 市场上合格企业本来就只有这几家；框架协议内按次竞价。
  en: No other qualified firms in the market; mini-competitions within a framework.
ask:
  zh: 这几家历次报价和文件属性、保证金来源、人员往来，中标后的分包和资金去向。
  en: Their prices and files over time, who paid the bonds, shared people, subcontracts and flows of money after winning.
reads: [bid]
optional: [tender, award]
population: {table: bid, where: "coalesce(status, 'valid') IN ('valid', 'pending', 'disqualified')"}
scope: all
params: {least_meetings: 4, least_members: 3, most_members: 8, least_together: 0.5, most_bidders: 50}
lead: {unit: unit_id, subject: [firms], amount: total, currency: currency, on: bid_on}
reason:
  zh: "{firm_names}在{meetings}次采购中同场投标，{winners}家轮流中标，各家中标{wins_each}次，没有外人中标。"
  en: "{firm_names} met in {meetings} contests; {winners} of them took turns to win, {wins_each} times each, and no other firm won."
examples:
  - says: three firms in five contests, an outsider once; a pair, and firms that seldom meet, are left alone
    given:
      bid:
        - &bid {ocid: P1, bid_id: B1, bidder_id: A, bidder_name: 甲公司, status: valid, amount: 100000.00, bid_on: 2025-03-01}
        - {<<: *bid, ocid: P1, bid_id: B2, bidder_id: B, bidder_name: 乙公司}
        - {<<: *bid, ocid: P1, bid_id: B3, bidder_id: C, bidder_name: 丙公司}
        - {<<: *bid, ocid: P2, bid_id: B1, bidder_id: B, bidder_name: 乙公司}
        - {<<: *bid, ocid: P2, bid_id: B2, bidder_id: A, bidder_name: 甲公司}
        - {<<: *bid, ocid: P2, bid_id: B3, bidder_id: C, bidder_name: 丙公司}
        - {<<: *bid, ocid: P2, bid_id: B4, bidder_id: O2, bidder_name: 外来2}
        - {<<: *bid, ocid: P3, bid_id: B1, bidder_id: C, bidder_name: 丙公司}
        - {<<: *bid, ocid: P3, bid_id: B2, bidder_id: A, bidder_name: 甲公司}
        - {<<: *bid, ocid: P3, bid_id: B3, bidder_id: B, bidder_name: 乙公司}
        - {<<: *bid, ocid: P4, bid_id: B1, bidder_id: A, bidder_name: 甲公司}
        - {<<: *bid, ocid: P4, bid_id: B2, bidder_id: B, bidder_name: 乙公司}
        - {<<: *bid, ocid: P4, bid_id: B3, bidder_id: C, bidder_name: 丙公司}
        - {<<: *bid, ocid: P5, bid_id: B1, bidder_id: B, bidder_name: 乙公司}
        - {<<: *bid, ocid: P5, bid_id: B2, bidder_id: A, bidder_name: 甲公司}
        - {<<: *bid, ocid: P5, bid_id: B3, bidder_id: C, bidder_name: 丙公司}
        - {<<: *bid, ocid: P6, bid_id: B1, bidder_id: D, bidder_name: 丁公司}
        - {<<: *bid, ocid: P6, bid_id: B2, bidder_id: E, bidder_name: 戊公司}
        - {<<: *bid, ocid: P7, bid_id: B1, bidder_id: D, bidder_name: 丁公司}
        - {<<: *bid, ocid: P7, bid_id: B2, bidder_id: E, bidder_name: 戊公司}
        - {<<: *bid, ocid: P8, bid_id: B1, bidder_id: D, bidder_name: 丁公司}
        - {<<: *bid, ocid: P8, bid_id: B2, bidder_id: E, bidder_name: 戊公司}
        - {<<: *bid, ocid: P9, bid_id: B1, bidder_id: D, bidder_name: 丁公司}
        - {<<: *bid, ocid: P9, bid_id: B2, bidder_id: E, bidder_name: 戊公司}
        - {<<: *bid, ocid: P10, bid_id: B1, bidder_id: F, bidder_name: 己公司}
        - {<<: *bid, ocid: P10, bid_id: B2, bidder_id: X, bidder_name: 外公司}
        - {<<: *bid, ocid: P10, bid_id: B3, bidder_id: A, bidder_name: 甲公司}
      award:
        - &won {ocid: P1, award_id: A1, status: active, supplier_id: A, supplier_name: 中标人, awarded_on: 2025-04-01}
        - {<<: *won, ocid: P2, supplier_id: B}
        - {<<: *won, ocid: P3, supplier_id: C}
        - {<<: *won, ocid: P4, supplier_id: A}
        - {<<: *won, ocid: P5, supplier_id: B}
        - {<<: *won, ocid: P6, supplier_id: D}
        - {<<: *won, ocid: P7, supplier_id: D}
        - {<<: *won, ocid: P8, supplier_id: D}
        - {<<: *won, ocid: P9, supplier_id: D}
        - {<<: *won, ocid: P10, supplier_id: F}
    expect:
      - {firms: A B C, meetings: 5, winners: 3}
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
  SELECT part.process, part.lot, part.bidder, part.bidder_name, part.unit_id, part.has_won, part.row_id, part.amount,
    part.currency, part.bid_on
  FROM taken_part AS part
  JOIN decided ON decided.process = part.process AND decided.lot = part.lot
),
contests_of AS (
  SELECT bidder, count(*) AS contests
  FROM met
  GROUP BY bidder
),
companions AS (
  SELECT a.bidder, b.bidder AS companion
  FROM met AS a
  JOIN met AS b ON b.process = a.process AND b.lot = a.lot AND b.bidder <> a.bidder
  GROUP BY a.bidder, b.bidder
  HAVING count(*) >= $least_meetings
),
-- Who meets nobody of the contest elsewhere is an outsider who happened to be there.
core AS (
  SELECT DISTINCT met.process, met.lot, met.bidder, met.bidder_name, met.unit_id, met.has_won, met.row_id, met.amount,
    met.currency, met.bid_on
  FROM met
  JOIN companions ON companions.bidder = met.bidder
  JOIN met AS other ON other.process = met.process AND other.lot = met.lot AND other.bidder = companions.companion
),
groups_of_contests AS (
  SELECT process, lot, count(*) FILTER (WHERE has_won) AS won_inside,
    array_to_string(list_sort(list(DISTINCT bidder) FILTER (WHERE bidder IS NOT NULL)), ' ') AS firms,
    count(DISTINCT bidder) AS members
  FROM core
  GROUP BY process, lot
),
rings AS (
  SELECT firms, members, count(*) AS meetings
  FROM groups_of_contests
  WHERE members BETWEEN $least_members AND $most_members
  GROUP BY firms, members
  HAVING count(*) >= greatest($least_meetings, members) AND min(won_inside) >= 1
),
wins AS (
  SELECT rings.firms, core.bidder, max(core.bidder_name) AS bidder_name, count(*) FILTER (WHERE core.has_won) AS wins,
    count(*) AS meetings
  FROM rings
  JOIN groups_of_contests AS grouped ON grouped.firms = rings.firms
  JOIN core ON core.process = grouped.process AND core.lot = grouped.lot
  GROUP BY rings.firms, core.bidder
),
-- By turns: nobody goes empty or takes much more than an even share, and all are mostly seen together.
taking_turns AS (
  SELECT wins.firms, count(*) FILTER (WHERE wins.wins > 0) AS winners, min(wins.wins) AS least_wins, max(wins.wins) AS most_wins,
    max(wins.meetings) AS meetings, CASE WHEN min(wins.wins) = max(wins.wins) THEN CAST(min(wins.wins) AS VARCHAR)
      ELSE concat(min(wins.wins), '–', max(wins.wins)) END AS wins_each,
    array_to_string(list_sort(list(DISTINCT wins.bidder_name) FILTER (WHERE wins.bidder_name IS NOT NULL)), '、') AS firm_names
  FROM wins
  JOIN contests_of ON contests_of.bidder = wins.bidder
  GROUP BY wins.firms
  HAVING min(wins.wins) >= 1 AND max(wins.wins) <= min(wins.wins) + 2
    AND count(*) FILTER (WHERE wins.meetings < contests_of.contests * $least_together) = 0
)
SELECT max(core.unit_id) AS unit_id, turns.firms, turns.firm_names, turns.meetings, turns.winners, turns.least_wins,
  turns.most_wins, turns.wins_each, CAST(sum(core.amount) FILTER (WHERE core.has_won) AS DECIMAL(18, 2)) AS total,
  max(core.currency) AS currency, max(core.bid_on) AS bid_on, list_sort(list(core.row_id)) AS bid_rows
FROM taking_turns AS turns
JOIN groups_of_contests AS grouped ON grouped.firms = turns.firms
JOIN core ON core.process = grouped.process AND core.lot = grouped.lot
GROUP BY turns.firms, turns.firm_names, turns.meetings, turns.winners, turns.least_wins, turns.most_wins, turns.wins_each
