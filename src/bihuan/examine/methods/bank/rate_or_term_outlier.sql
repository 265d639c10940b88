/*
id: rate_or_term_outlier
title: {zh: 贷款利率或期限明显偏离同类, en: "A loan's rate or term is far from its like"}
status: stable
role: lead
level: low
basis: []
why:
  zh: 利率远低于同类可能是利益输送，远高于同类可能是违规收费或搭售；流动资金贷款期限过长，实为长期占用。
  en: A rate far below its like may be a favour, one far above may hide fees; working capital lent for too long is no working capital.
not_when:
  zh: 贴息、扶贫、创业担保、助学等政策性贷款；员工或按揭贷款；利率录入错误；浮动利率调整。
  en: Loans with subsidised interest; staff loans and mortgages; a typing error; a floating rate that was reset.
ask:
  zh: 定价审批、优惠依据、借款人与银行人员的关系，实际收息，期限审批。
  en: The approval of the price and its reason, what the borrower is to the bank's people, the interest really received, the approval of the term.
reads: [loan]
population: {table: loan, where: "rate > 0"}
scope: all
params: {fences: 5, least_gap: 0.015, least_peers: 30, favoured: "贴息|扶贫|脱贫|创业担保|助学|支农|支小|按揭|住房|公积金|员工", working: "流动资金|周转|进货|采购|货款|备货|饲料|化肥|农资|种子|原材料"}
lead: {unit: unit_id, subject: [loan_id], amount: amount, currency: currency, on: from_date}
reason:
  zh: "{customer_name}贷款{loan_id}共{amount}，年利率{rate_percent}%、期限{months}个月；同类{peers}笔的利率中位数为{usual_percent}%，用途“{purpose}”。"
  en: "Loan {loan_id} of {customer_name}, {amount}, has a rate of {rate_percent} % and a term of {months} months; the median rate of {peers} like it is {usual_percent} %, the purpose is “{purpose}”."
examples:
  - says: ten years for stock; a subsidised loan and a usual one are left alone
    given:
      loan:
        - &loan {loan_id: L1, customer_name: 甲, amount: 100.00, rate: 6.3, from_date: 2025-01-01, to_date: 2035-01-01, purpose: 经商进货}
        - {<<: *loan, loan_id: L2, to_date: 2026-01-01}
        - {<<: *loan, loan_id: L3, purpose: 个人住房按揭贷款, rate: 4.1}
    expect:
      - {loan_id: L1, months: 120, loan_rows: [1]}
  - says: a favour among thirty of its like, in per cent
    given:
      loan:
        - &peer {loan_id: P1, customer_name: 甲, amount: 100.00, rate: 6.30, from_date: 2025-01-01, to_date: 2026-01-01, purpose: 装修}
        - {<<: *peer, loan_id: P2, rate: 6.40}
        - {<<: *peer, loan_id: P3, rate: 6.50}
        - {<<: *peer, loan_id: P4, rate: 6.60}
        - {<<: *peer, loan_id: P5, rate: 6.70}
        - {<<: *peer, loan_id: P6, rate: 6.35}
        - {<<: *peer, loan_id: P7, rate: 6.45}
        - {<<: *peer, loan_id: P8, rate: 6.55}
        - {<<: *peer, loan_id: P9, rate: 6.65}
        - {<<: *peer, loan_id: Q1, rate: 6.30}
        - {<<: *peer, loan_id: Q2, rate: 6.40}
        - {<<: *peer, loan_id: Q3, rate: 6.50}
        - {<<: *peer, loan_id: Q4, rate: 6.60}
        - {<<: *peer, loan_id: Q5, rate: 6.70}
        - {<<: *peer, loan_id: Q6, rate: 6.35}
        - {<<: *peer, loan_id: Q7, rate: 6.45}
        - {<<: *peer, loan_id: Q8, rate: 6.55}
        - {<<: *peer, loan_id: Q9, rate: 6.65}
        - {<<: *peer, loan_id: R1, rate: 6.30}
        - {<<: *peer, loan_id: R2, rate: 6.40}
        - {<<: *peer, loan_id: R3, rate: 6.50}
        - {<<: *peer, loan_id: R4, rate: 6.60}
        - {<<: *peer, loan_id: R5, rate: 6.70}
        - {<<: *peer, loan_id: R6, rate: 6.35}
        - {<<: *peer, loan_id: R7, rate: 6.45}
        - {<<: *peer, loan_id: R8, rate: 6.55}
        - {<<: *peer, loan_id: R9, rate: 6.65}
        - {<<: *peer, loan_id: S1, rate: 6.50}
        - {<<: *peer, loan_id: S2, rate: 6.50}
        - {<<: *peer, loan_id: S3, rate: 1.20}
        - {<<: *peer, loan_id: S4, rate: 5.60}
        - {<<: *peer, loan_id: S5, rate: 3.65, purpose: 创业担保贷款（贴息）}
    expect:
      - {loan_id: S3, rate_percent: 1.20, peers: 31, loan_rows: [30]}
*/
WITH noted AS (
  SELECT row_id, unit_id, loan_id, customer_name, amount, currency, rate, from_date, coalesce(purpose, '') AS purpose,
    concat(coalesce(customer_kind, ''), '|', coalesce(security, ''), '|', CASE WHEN date_diff('day', from_date, to_date) > 1100 THEN 'long' ELSE '' END) AS class_of,
    CAST(round(date_diff('day', from_date, to_date) / 30.44) AS BIGINT) AS months,
    regexp_matches(concat(coalesce(purpose, ''), coalesce(how, ''), coalesce(security, '')), $favoured) AS is_favoured,
    row_number() OVER (PARTITION BY unit_id, loan_id ORDER BY reported_on DESC NULLS LAST, row_id DESC) AS newest
  FROM loan
  WHERE rate > 0
),
-- Some systems write 6.5 and some 0.065: the bank's own median tells which.
scales AS (
  SELECT unit_id, CASE WHEN median(CAST(rate AS DOUBLE)) >= 1 THEN 100 ELSE 1 END AS per
  FROM noted
  WHERE newest = 1
  GROUP BY unit_id
),
loans AS (
  SELECT noted.row_id, noted.unit_id, noted.loan_id, noted.customer_name, noted.amount, noted.currency, noted.from_date, noted.purpose, noted.class_of, noted.months,
    CAST(noted.rate AS DOUBLE) / nullif(scales.per, 0) AS rate
  FROM noted
  JOIN scales ON scales.unit_id = noted.unit_id
  WHERE noted.newest = 1 AND NOT noted.is_favoured
),
middles AS (
  SELECT unit_id, class_of, count(*) AS peers, median(CAST(rate AS DOUBLE)) AS usual
  FROM loans
  GROUP BY unit_id, class_of
),
spreads AS (
  SELECT loans.unit_id, loans.class_of, median(CAST(abs(loans.rate - middles.usual) AS DOUBLE)) AS spread
  FROM loans
  JOIN middles ON middles.unit_id = loans.unit_id AND middles.class_of = loans.class_of
  GROUP BY loans.unit_id, loans.class_of
)
SELECT loans.unit_id, loans.loan_id, loans.customer_name, loans.amount, loans.currency, loans.from_date, loans.purpose, loans.months,
  middles.peers, round(loans.rate * 100, 2) AS rate_percent, round(middles.usual * 100, 2) AS usual_percent, list_sort(list(DISTINCT loans.row_id)) AS loan_rows
FROM loans
JOIN middles ON middles.unit_id = loans.unit_id AND middles.class_of = loans.class_of
JOIN spreads ON spreads.unit_id = loans.unit_id AND spreads.class_of = loans.class_of
LEFT JOIN unit_parameter AS term ON term.unit_id = loans.unit_id AND term.name = 'working_capital_months'
  AND term.valid_from <= loans.from_date AND (term.valid_to IS NULL OR loans.from_date < term.valid_to)
WHERE middles.peers >= $least_peers AND spreads.spread > 0 AND abs(loans.rate - middles.usual) > $fences * 1.4826 * spreads.spread
    AND abs(loans.rate - middles.usual) >= $least_gap
  OR regexp_matches(loans.purpose, $working) AND loans.months > CAST(term.value AS INTEGER)
GROUP BY loans.unit_id, loans.loan_id, loans.customer_name, loans.amount, loans.currency, loans.from_date, loans.purpose, loans.months,
  middles.peers, loans.rate, middles.usual
