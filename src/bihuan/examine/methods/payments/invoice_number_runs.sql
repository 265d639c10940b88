/*
id: invoice_number_runs
title: {zh: 同一销方发票长期连号, en: One seller's invoices run on for months}
status: stable
role: lead
level: medium
basis: [accounting]
why:
  zh: 一个正常经营的企业会给许多客户开票，号码不会连续几个月只开给一个单位。长期连号提示该企业只为本单位开票，业务可能虚构。
  en: A firm in business invoices many customers, so its numbers do not run on for months with one buyer. Such a run suggests a firm that exists for this unit alone.
not_when:
  zh: 定点食堂、专供企业确只服务一家；数电票号码按平台统一赋号，本不连续。
  en: A canteen or a firm that really serves one customer; digital invoices are numbered by the platform.
ask:
  zh: 销方的经营场所、其他客户、纳税申报，货物验收和去向。
  en: The seller's premises, other customers and tax returns, what was delivered and where it went.
reads: [payment]
optional: [invoice]
population: {table: payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND regexp_matches(coalesce(invoice_no, ''), '^[0-9]{4,12}$')"}
scope: all
params: {least_run: 5, least_days: 60, most_gap: 3}
lead: {unit: unit_id, subject: [payee, first_number], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "{payee}的发票{first_number}至{last_number}共{invoices}张几乎首尾相连，{first_paid_on}至{last_paid_on}间全部开给或付自本单位，共{total}。"
  en: "Invoices {first_number} to {last_number} of {payee}, {invoices} with hardly a gap, were all made out to or paid by this unit between {first_paid_on} and {last_paid_on}: {total}."
examples:
  - says: five in a row over five months; a run within a week and one with gaps are left alone
    given:
      payment:
        - &paid {unit_id: U1, payee_name: 甲商贸, invoice_no: "00012301", amount: 900.00, paid_on: 2025-01-05, currency: CNY}
        - {<<: *paid, invoice_no: "00012302", paid_on: 2025-02-05}
        - {<<: *paid, invoice_no: "00012303", paid_on: 2025-03-05}
        - {<<: *paid, invoice_no: "00012304", paid_on: 2025-04-05}
        - {<<: *paid, invoice_no: "00012305", paid_on: 2025-05-05}
        - {<<: *paid, invoice_no: "00012400", paid_on: 2025-06-05}
        - {<<: *paid, payee_name: 乙商贸, invoice_no: "5001"}
        - {<<: *paid, payee_name: 乙商贸, invoice_no: "5002"}
        - {<<: *paid, payee_name: 乙商贸, invoice_no: "5003"}
        - {<<: *paid, payee_name: 乙商贸, invoice_no: "5004"}
        - {<<: *paid, payee_name: 乙商贸, invoice_no: "5005", paid_on: 2025-01-09}
        - {<<: *paid, payee_name: 丁商贸, invoice_no: "7001"}
        - {<<: *paid, payee_name: 丁商贸, invoice_no: "7003", paid_on: 2025-02-05}
        - {<<: *paid, payee_name: 丁商贸, invoice_no: "7004", paid_on: 2025-03-05}
        - {<<: *paid, payee_name: 丁商贸, invoice_no: "7006", paid_on: 2025-04-05}
        - {<<: *paid, payee_name: 丁商贸, invoice_no: "7008", paid_on: 2025-05-05}
        - {<<: *paid, payee_name: 丙商贸, invoice_no: "6001"}
        - {<<: *paid, payee_name: 丙商贸, invoice_no: "6019", paid_on: 2025-09-01}
      invoice:
        # invoices that no payment names; one of another buyer, and one made void
        - &bill {unit_id: U1, buyer_name: 第一中学, seller_name: 戊食品, code: "0530", number: "00034501", gross: 700.00, issued_on: 2025-01-05, currency: CNY}
        - {<<: *bill, number: "00034502", issued_on: 2025-02-05}
        - {<<: *bill, number: "00034503", issued_on: 2025-03-05}
        - {<<: *bill, number: "00034504", issued_on: 2025-04-05}
        - {<<: *bill, number: "00034505", issued_on: 2025-05-05}
        - {<<: *bill, number: "00034506", issued_on: 2025-06-05, buyer_name: 第二中学}
        - {<<: *bill, number: "00034507", issued_on: 2025-07-05, status: void}
    expect:
      - {unit_id: 第一中学, payee: 戊食品, first_number: 34501, last_number: 34505, invoices: 5, total: 3500.00, invoice_rows: [1, 2, 3, 4, 5]}
      - {unit_id: U1, payee: 甲商贸, first_number: 12301, last_number: 12305, invoices: 5, total: 4500.00, payment_rows: [1, 2, 3, 4, 5]}
      - {unit_id: U1, payee: 丁商贸, first_number: 7001, last_number: 7008, invoices: 5, payment_rows: [12, 13, 14, 15, 16]}
*/
WITH named AS (
  SELECT DISTINCT coalesce(payee_name, payee_id) AS payee, CAST(invoice_no AS BIGINT) AS number
  FROM payment
  WHERE regexp_matches(coalesce(invoice_no, ''), '^[0-9]{4,12}$')
),
-- What the payments name, and what was issued and no payment names.
numbers AS (
  SELECT row_id AS payment_row, NULL AS invoice_row, unit_id, coalesce(payee_name, payee_id) AS payee, currency,
    CAST(invoice_no AS BIGINT) AS number, length(invoice_no) AS size, paid_on, amount
  FROM payment
  WHERE amount > 0 AND coalesce(status, 'paid') = 'paid' AND regexp_matches(coalesce(invoice_no, ''), '^[0-9]{4,12}$')
    AND coalesce(payee_name, payee_id) IS NOT NULL
  UNION ALL
  SELECT NULL AS payment_row, invoice.row_id AS invoice_row, coalesce(invoice.buyer_name, invoice.unit_id) AS unit_id,
    invoice.seller_name AS payee, invoice.currency, CAST(invoice.number AS BIGINT) AS number,
    length(invoice.number) AS size, invoice.issued_on AS paid_on, coalesce(invoice.gross, invoice.net) AS amount
  FROM invoice
  ANTI JOIN named ON named.payee = invoice.seller_name AND named.number = TRY_CAST(invoice.number AS BIGINT)
  WHERE regexp_matches(coalesce(invoice.number, ''), '^[0-9]{4,12}$') AND invoice.seller_name IS NOT NULL
    AND coalesce(invoice.status, 'valid') = 'valid' AND coalesce(invoice.gross, invoice.net) > 0
    AND invoice.issued_on IS NOT NULL
),
numbered AS (
  SELECT unit_id, payee, currency, number, size, min(paid_on) AS paid_on, sum(amount) AS amount
  FROM numbers
  GROUP BY unit_id, payee, currency, number, size
),
in_runs AS (
  SELECT unit_id, payee, currency, size, number, paid_on, amount,
    sum(CASE WHEN number_before IS NULL OR number - number_before > $most_gap THEN 1 ELSE 0 END)
      OVER (PARTITION BY unit_id, payee, currency, size ORDER BY number ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS run
  FROM (
    SELECT unit_id, payee, currency, size, number, paid_on, amount,
      lag(number) OVER (PARTITION BY unit_id, payee, currency, size ORDER BY number
        ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS number_before
    FROM numbered
  ) AS in_order
),
runs AS (
  SELECT unit_id, payee, currency, size, run, min(number) AS first_number, max(number) AS last_number, count(*) AS invoices,
    min(paid_on) AS first_paid_on, max(paid_on) AS last_paid_on, sum(amount) AS total
  FROM in_runs
  GROUP BY unit_id, payee, currency, size, run
  HAVING count(*) >= $least_run AND date_diff('day', min(paid_on), max(paid_on)) >= $least_days
)
SELECT runs.unit_id, runs.payee, runs.currency, runs.first_number, runs.last_number, runs.invoices, runs.first_paid_on,
  runs.last_paid_on, CAST(runs.total AS DECIMAL(18, 2)) AS total,
  list_sort(list(numbers.payment_row) FILTER (WHERE numbers.payment_row IS NOT NULL)) AS payment_rows,
  list_sort(list(numbers.invoice_row) FILTER (WHERE numbers.invoice_row IS NOT NULL)) AS invoice_rows
FROM runs
JOIN numbers ON numbers.unit_id = runs.unit_id AND numbers.payee = runs.payee
  AND numbers.currency IS NOT DISTINCT FROM runs.currency AND numbers.size = runs.size
  AND numbers.number BETWEEN runs.first_number AND runs.last_number
GROUP BY runs.unit_id, runs.payee, runs.currency, runs.first_number, runs.last_number, runs.invoices, runs.first_paid_on,
  runs.last_paid_on, runs.total
