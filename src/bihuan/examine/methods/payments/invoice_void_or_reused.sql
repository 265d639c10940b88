/*
id: invoice_void_or_reused
title: {zh: 发票已作废红冲或被多个单位使用, en: An invoice was void or used by several units}
status: stable
role: lead
level: high
basis: [accounting]
why:
  zh: 用已作废、已红冲的发票付款，或同一张发票在两个单位报账，对应的业务可能不存在或重复报销。
  en: A payment on an invoice that was void or reversed, or one invoice paid by two units, may stand for nothing or be claimed twice.
not_when:
  zh: 红冲后重开并已更换；联合付款各付一部分且合计不超过发票金额。
  en: A new invoice replaced it; two units each paid their part and together no more than its amount.
ask:
  zh: 发票原件和查验结果、红冲信息表、各单位的报销凭证。
  en: The original and its verification, the notice of reversal, the vouchers of each unit.
reads: [payment]
optional: [invoice]
population: {table: payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND invoice_no IS NOT NULL"}
scope: all
params: {least_amount: 200, least_length: 6}
lead: {unit: unit_id, subject: [invoice_no, payee], amount: paid, currency: currency, on: last_paid_on}
reason:
  zh: "发票{invoice_no}（{payee}）已付{times}笔共{paid}，涉及{units}个单位；作废或红冲日期：{void_on}。"
  en: "Invoice {invoice_no} of {payee}: {times} payments of {paid} by {units} unit(s); void or reversed on {void_on}."
examples:
  - says: a reversed invoice was paid; one invoice in two units, written otherwise; shared payment within the amount and a valid one are left alone
    given:
      invoice:
        - &issued {number: "20250001", seller_name: 甲公司, gross: 8000.00, status: reversed, reversed_on: 2025-02-20, issued_on: 2025-02-01, currency: CNY}
        - {<<: *issued, number: "20250002", status: valid, reversed_on: null}
        - {<<: *issued, number: "20250003", status: valid, reversed_on: null}
        - {<<: *issued, number: "20250004"}
      payment:
        - &paid {unit_id: U1, payee_name: 甲公司, invoice_no: "20250001", amount: 8000.00, paid_on: 2025-03-02, currency: CNY}
        - {<<: *paid, invoice_no: "20250002"}
        - {<<: *paid, invoice_no: "20250003", amount: 3000.00}
        - {<<: *paid, invoice_no: "20250003", amount: 5000.00, unit_id: U2}
        - {<<: *paid, invoice_no: "77001234", amount: 6500.00}
        - {<<: *paid, invoice_no: "No.7700-1234", amount: 6500.00, unit_id: U2, paid_on: 2025-04-02}
        # void, and the money came back
        - {<<: *paid, invoice_no: "20250004", amount: 4100.00}
        - {<<: *paid, invoice_no: "20250004", amount: -4100.00, paid_on: 2025-07-02}
    expect:
      - {unit_id: U1, invoice_no: "20250001", paid: 8000.00, payment_rows: [1], invoice_rows: [1]}
      - {unit_id: U1, invoice_no: "77001234", units: 2, paid: 13000.00, payment_rows: [5, 6]}
*/
WITH -- What came back answers the latest payment of that sum to that payee, one for one.
returns AS (
  SELECT unit_id, coalesce(payee_name, payee_id) AS payee, -amount AS amount, paid_on,
    row_number() OVER (PARTITION BY unit_id, coalesce(payee_name, payee_id), amount ORDER BY paid_on DESC, row_id DESC) AS place
  FROM payment
  WHERE amount < 0 AND coalesce(status, 'paid') IN ('paid', 'returned')
),
last_return AS (
  SELECT unit_id, payee, amount, max(paid_on) AS paid_on
  FROM returns
  GROUP BY unit_id, payee, amount
),
gone_out AS (
  SELECT payment.row_id, payment.unit_id, last_return.payee, payment.amount, payment.paid_on,
    row_number() OVER (PARTITION BY payment.unit_id, last_return.payee, payment.amount
      ORDER BY payment.paid_on DESC, payment.row_id DESC) AS place
  FROM payment
  JOIN last_return ON last_return.unit_id = payment.unit_id AND last_return.payee = coalesce(payment.payee_name, payment.payee_id)
    AND last_return.amount = payment.amount AND payment.paid_on <= last_return.paid_on
  WHERE payment.amount > 0 AND coalesce(payment.status, 'paid') = 'paid'
),
answered AS (
  SELECT gone_out.row_id
  FROM gone_out
  JOIN returns ON returns.unit_id = gone_out.unit_id AND returns.payee = gone_out.payee AND returns.amount = gone_out.amount
    AND returns.place = gone_out.place AND returns.paid_on >= gone_out.paid_on
),
paid AS (
  SELECT regexp_replace(regexp_replace(upper(invoice_no), '[^0-9A-Z]', '', 'g'), '^(NO|NR|INV)', '', 'g') AS invoice_no, coalesce(payee_name, payee_id) AS payee, currency, min(unit_id) AS unit_id, count(DISTINCT unit_id) AS units,
    count(*) AS times, sum(amount) AS paid, max(amount) AS largest, max(paid_on) AS last_paid_on,
    list_sort(list(row_id)) AS payment_rows
  FROM payment
  ANTI JOIN answered ON answered.row_id = payment.row_id
  WHERE amount > 0 AND coalesce(status, 'paid') = 'paid' AND length(invoice_no) >= $least_length
    AND coalesce(payee_name, payee_id) IS NOT NULL
  GROUP BY regexp_replace(regexp_replace(upper(invoice_no), '[^0-9A-Z]', '', 'g'), '^(NO|NR|INV)', '', 'g'), coalesce(payee_name, payee_id), currency
),
issued AS (
  SELECT regexp_replace(regexp_replace(upper(coalesce(digital_no, number)), '[^0-9A-Z]', '', 'g'), '^(NO|NR|INV)', '', 'g') AS invoice_no, seller_name, sum(gross) FILTER (WHERE coalesce(status, 'valid') = 'valid') AS gross,
    count(*) FILTER (WHERE coalesce(status, 'valid') = 'valid') AS valid_ones, max(reversed_on) AS void_on,
    list_sort(list(row_id)) AS invoice_rows
  FROM invoice
  WHERE coalesce(digital_no, number) IS NOT NULL
  GROUP BY regexp_replace(regexp_replace(upper(coalesce(digital_no, number)), '[^0-9A-Z]', '', 'g'), '^(NO|NR|INV)', '', 'g'), seller_name
)
SELECT paid.unit_id, paid.invoice_no, paid.payee, paid.currency, paid.units, paid.times,
  CAST(paid.paid AS DECIMAL(18, 2)) AS paid, paid.last_paid_on,
  CASE WHEN issued.valid_ones = 0 THEN issued.void_on END AS void_on, paid.payment_rows, issued.invoice_rows
FROM paid
LEFT JOIN issued ON issued.invoice_no = paid.invoice_no AND issued.seller_name = paid.payee
WHERE paid.paid >= $least_amount
  AND (issued.valid_ones = 0
    OR paid.units > 1 AND (issued.gross IS NOT NULL AND paid.paid > issued.gross
      OR issued.gross IS NULL AND paid.paid >= 2 * paid.largest))
