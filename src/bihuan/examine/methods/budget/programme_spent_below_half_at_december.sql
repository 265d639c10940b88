/*
id: programme_spent_below_half_at_december
title: {zh: 项目年底执行率低于一半, en: A programme spent less than half by December}
status: stable
role: lead
level: medium
basis: [audit-2]
why:
  zh: 上半年已下达的项目资金到年底支付不足一半，预算编制不实或项目推进缓慢，资金效益没有发挥。
  en: Money granted before autumn and less than half spent by December; the budget was unreal or the project slow.
not_when:
  zh: 跨年工程按进度付款；资金年末集中结算；支付资料不全。
  en: Works over several years; settlement at the year's end; payments were not all handed over.
ask:
  zh: 项目进度、未支付原因、结转安排。
  en: Progress, why it was not spent, how it is carried over.
reads: [budget_indicator, payment]
population: {table: budget_indicator, where: "coalesce(budget_kind, 'project') = 'project' AND NOT coalesce(is_deleted, false)"}
scope: year
params: {least_amount: 50000, issued_until_month: 9, share: 0.5, most_spent_share: 0.1}
lead: {unit: unit_id, subject: [indicator_no, budget_year], amount: unspent, currency: currency, on: issued_on}
reason:
  zh: "“{project}”（{indicator_no}）{budget_year}年指标{granted}，至年底支付{spent}，执行率{rate}%，未支付{unspent}。"
  en: "“{project}” ({indicator_no}) was granted {granted} for {budget_year}; {spent} was spent by December, {rate} %, {unspent} was not."
examples:
  - says: a third spent, and two thirds of which most came back in December; two thirds spent, granted in November and books that end in June are left alone
    given:
      budget_indicator:
        - &granted {unit_id: U1, indicator_no: Z1, project_name: 公路养护, budget_kind: project, fiscal_year: 2025, amount: 600000.00, issued_on: 2025-02-10, currency: CNY}
        - {<<: *granted, indicator_no: Z2}
        - {<<: *granted, indicator_no: Z3, issued_on: 2025-11-10}
        - {<<: *granted, unit_id: U2}
        - {<<: *granted, indicator_no: Z4}
      payment:
        - &paid {unit_id: U1, indicator_no: Z1, amount: 200000.00, paid_on: 2025-06-01, currency: CNY}
        - {<<: *paid, indicator_no: Z2, amount: 400000.00, paid_on: 2025-12-20}
        - {<<: *paid, unit_id: U2}
        - {<<: *paid, indicator_no: Z4, amount: 400000.00}
        - {<<: *paid, indicator_no: Z4, amount: -250000.00, paid_on: 2025-12-28, status: returned}
    expect:
      - {unit_id: U1, indicator_no: Z1, unspent: 400000.00, rate: 33.3, budget_indicator_rows: [1], payment_rows: [1]}
      - {unit_id: U1, indicator_no: Z4, unspent: 450000.00, budget_indicator_rows: [5], payment_rows: [4, 5]}
*/
WITH granted AS (
  SELECT unit_id, indicator_no, coalesce(max(project_name), max(description), '') AS project, max(currency) AS currency,
    coalesce(min(fiscal_year), min(extract(year FROM issued_on))) AS budget_year,
    min(issued_on) AS issued_on, sum(amount - coalesce(reduced, 0)) AS granted, list_sort(list(row_id)) AS budget_indicator_rows
  FROM budget_indicator
  WHERE coalesce(budget_kind, 'project') = 'project' AND NOT coalesce(is_deleted, false) AND indicator_no IS NOT NULL
    AND issued_on IS NOT NULL
  GROUP BY unit_id, indicator_no
),
books AS (
  SELECT unit_id, extract(year FROM paid_on) AS budget_year
  FROM payment
  WHERE extract(month FROM paid_on) = 12 AND indicator_no IS NOT NULL
  GROUP BY unit_id, extract(year FROM paid_on)
),
spent AS (
  SELECT unit_id, indicator_no, extract(year FROM paid_on) AS budget_year, sum(amount) AS spent,
    list_sort(list(row_id)) AS payment_rows
  FROM payment
  WHERE indicator_no IS NOT NULL AND (coalesce(status, 'paid') = 'paid' OR amount < 0 AND status = 'returned')
  GROUP BY unit_id, indicator_no, extract(year FROM paid_on)
)
SELECT granted.unit_id, granted.indicator_no, granted.project, granted.currency, granted.budget_year, granted.issued_on,
  CAST(granted.granted AS DECIMAL(18, 2)) AS granted, CAST(spent.spent AS DECIMAL(18, 2)) AS spent,
  CAST(granted.granted - spent.spent AS DECIMAL(18, 2)) AS unspent,
  CAST(round(100 * spent.spent / nullif(granted.granted, 0), 1) AS DECIMAL(9, 1)) AS rate, granted.budget_indicator_rows,
  spent.payment_rows
FROM granted
JOIN books ON books.unit_id = granted.unit_id AND books.budget_year = granted.budget_year
JOIN spent ON spent.unit_id = granted.unit_id AND spent.indicator_no = granted.indicator_no
  AND spent.budget_year = granted.budget_year
WHERE granted.granted >= $least_amount AND extract(year FROM granted.issued_on) = granted.budget_year
  AND extract(month FROM granted.issued_on) <= $issued_until_month
  AND spent.spent < granted.granted * $share AND spent.spent > granted.granted * $most_spent_share
