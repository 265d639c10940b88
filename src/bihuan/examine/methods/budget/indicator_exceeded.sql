/*
id: indicator_exceeded
title: {zh: 超指标支付, en: Paid beyond the budget indicator}
status: stable
role: lead
level: high
basis: [budget-13]
why:
  zh: 一条指标项下的累计支付超过指标净额（下达减调减），超出部分没有预算。
  en: Payments under an indicator exceed what it grants after reductions; the rest has no budget.
not_when:
  zh: 指标有追加、调剂未导出；支付挂错指标号；退回的款项未登记。
  en: An addition or transfer was not handed over, a wrong indicator number, an unrecorded return.
ask:
  zh: 指标台账（含追加、调剂文件）和支付明细，核对挂接是否正确。
  en: The register of indicators with additions and transfers, the list of payments.
reads: [budget_indicator, payment]
population: {table: payment, where: "coalesce(status, 'paid') = 'paid' AND indicator_no IS NOT NULL"}
scope: all
params: {tolerated: 1, most_payments: 10, most_listed: 18}
lead: {unit: unit_id, subject: [indicator_no], amount: exceeded, currency: currency, on: exceeded_on}
reason:
  zh: "指标{indicator_no}（{project}）净额{granted}，已支付{times}笔共{paid}，超出{exceeded}；{exceeded_on}起超支，其后支付{times_beyond}笔。"
  en: "Indicator {indicator_no} ({project}) grants {granted}; {times} payments of {paid} exceed it by {exceeded}, {times_beyond} of them from {exceeded_on} on."
examples:
  - says: the third payment exceeds; one with an addition, one with a return and another unit's are left alone
    given:
      budget_indicator:
        - &granted {unit_id: U1, indicator_no: Z1, project_name: 校舍维修, amount: 100000.00, issued_on: 2025-01-10, currency: CNY}
        - {<<: *granted, indicator_no: Z2}
        - {<<: *granted, indicator_no: Z2, amount: 50000.00, issued_on: 2025-06-10}
        - {<<: *granted, indicator_no: Z3}
        - {<<: *granted, indicator_no: Z4, reduced: 60000.00}
      payment:
        - &paid {unit_id: U1, indicator_no: Z1, payee_name: 甲, amount: 50000.00, paid_on: 2025-03-01, currency: CNY}
        - {<<: *paid, paid_on: 2025-04-01}
        - {<<: *paid, paid_on: 2025-05-01, amount: 20000.00}
        - {<<: *paid, indicator_no: Z2, amount: 140000.00}
        - {<<: *paid, indicator_no: Z3, amount: 110000.00}
        - {<<: *paid, indicator_no: Z3, amount: -20000.00, paid_on: 2025-03-09, status: returned}
        - {<<: *paid, indicator_no: Z4}
        - {<<: *paid, unit_id: U2, amount: 900000.00}
    expect:
      - {unit_id: U1, indicator_no: Z1, exceeded: 20000.00, exceeded_on: 2025-05-01, payment_rows: [1, 2, 3], budget_indicator_rows: [1]}
      - {unit_id: U1, indicator_no: Z4, exceeded: 10000.00}
  - says: few payments are all evidence; of many the ten largest beyond the indicator
    given:
      budget_indicator:
        - {unit_id: U1, indicator_no: Z1, project_name: 校舍维修, amount: 1000.00, issued_on: 2025-01-10, currency: CNY}
      payment:
        - &first {unit_id: U1, indicator_no: Z1, payee_name: 甲, amount: 1000.00, paid_on: 2025-03-01, currency: CNY}
        - &small {<<: *first, amount: 10.00, paid_on: 2025-05-01}
        - *small
        - &large {<<: *first, amount: 90.00, paid_on: 2025-06-01}
        - *large
        - *large
        - *large
        - *large
        - *large
        - *large
        - *large
        - *large
        - *large
        - *small
        - *small
        - *small
        - *small
        - *small
        - *small
    expect:
      - {indicator_no: Z1, exceeded: 980.00, times: 19, times_beyond: 18, payment_rows: [4, 5, 6, 7, 8, 9, 10, 11, 12, 13]}
*/
WITH granted AS (
  SELECT unit_id, indicator_no, max(project_name) AS project_name, max(description) AS description, max(currency) AS currency,
    sum(amount - coalesce(reduced, 0)) AS granted, list_sort(list(row_id)) AS budget_indicator_rows
  FROM budget_indicator
  WHERE indicator_no IS NOT NULL AND NOT coalesce(is_deleted, false)
  GROUP BY unit_id, indicator_no
),
paid AS (
  SELECT payment.row_id, payment.unit_id, payment.indicator_no, payment.amount, payment.paid_on, granted.granted,
    sum(payment.amount) OVER (PARTITION BY payment.unit_id, payment.indicator_no ORDER BY payment.paid_on, payment.row_id
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS paid_so_far
  FROM payment
  JOIN granted ON granted.unit_id = payment.unit_id AND granted.indicator_no = payment.indicator_no
    AND granted.currency IS NOT DISTINCT FROM payment.currency
  WHERE coalesce(payment.status, 'paid') = 'paid' OR payment.amount < 0 AND payment.status = 'returned'
),
paid_in_order AS (
  SELECT row_id, unit_id, indicator_no, amount, paid_on, granted, paid_so_far > granted AS is_beyond,
    row_number() OVER (PARTITION BY unit_id, indicator_no, paid_so_far > granted ORDER BY amount DESC, row_id) AS place
  FROM paid
)
SELECT granted.unit_id, granted.indicator_no, coalesce(granted.project_name, granted.description, '') AS project,
  granted.currency, CAST(granted.granted AS DECIMAL(18, 2)) AS granted, count(*) FILTER (WHERE paid.amount > 0) AS times,
  CAST(sum(paid.amount) AS DECIMAL(18, 2)) AS paid, CAST(sum(paid.amount) - granted.granted AS DECIMAL(18, 2)) AS exceeded,
  min(paid.paid_on) FILTER (WHERE paid.is_beyond) AS exceeded_on,
  count(*) FILTER (WHERE paid.is_beyond AND paid.amount > 0) AS times_beyond,
  -- Who checks an indicator lists what was paid on it; of a long list only what no longer had cover.
  CASE WHEN count(*) <= $most_listed THEN list_sort(list(paid.row_id))
    ELSE list_sort(list(paid.row_id) FILTER (WHERE paid.is_beyond AND paid.place <= $most_payments)) END AS payment_rows,
  granted.budget_indicator_rows
FROM granted
JOIN paid_in_order AS paid ON paid.unit_id = granted.unit_id AND paid.indicator_no = granted.indicator_no
GROUP BY granted.unit_id, granted.indicator_no, granted.project_name, granted.description, granted.currency, granted.granted,
  granted.budget_indicator_rows
HAVING sum(paid.amount) - granted.granted > $tolerated
