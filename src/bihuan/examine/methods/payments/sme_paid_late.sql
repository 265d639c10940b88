/*
id: sme_paid_late
title: {zh: 拖欠中小企业款项, en: Small and medium firms were paid late}
status: stable
role: lead
level: medium
basis: [sme]
why:
  zh: 机关、事业单位从中小企业采购，应自交付之日起30日内付款，另有约定的最长60日。以开票日期近似交付日，超过60日的可能拖欠。
  en: Organs and institutions pay small and medium firms within 30 days of delivery, 60 where agreed. With the invoice's date for delivery, more than 60 days suggests arrears.
not_when:
  zh: 收款方是大型企业；发票早于交付或验收；付款期限自验收或审定起算且约定在先。
  en: The payee is a large firm; the invoice came before delivery or acceptance; the term runs from acceptance or settlement as agreed.
ask:
  zh: 合同的付款期限、交付验收日期、企业规模声明、未付原因。
  en: The contract's terms, dates of delivery and acceptance, the firm's size, why it was late.
reads: [payment, invoice, unit_parameter]
population: {table: payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND invoice_no IS NOT NULL"}
scope: all
params: {least_amount: 1000}
lead: {unit: unit_id, subject: [payee_name], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "向{payee_name}付款{times}笔共{total}，开票后最长{most_days}天才付（期限{days_allowed}天）。"
  en: "{payee_name} was paid {total} in {times} payments up to {most_days} days after its invoices ({days_allowed} allowed)."
examples:
  - says: paid 120 days after the invoice; in time, a void invoice and another seller's number are left alone
    given:
      unit_parameter:
        - {unit_id: U1, name: sme_days_agreed, valid_from: 2020-09-01, value: "60"}
      invoice:
        - &issued {number: "1001", seller_name: 甲小微公司, issued_on: 2025-01-02, gross: 9000.00, currency: CNY}
        - {<<: *issued, number: "1002", issued_on: 2025-04-20}
        - {<<: *issued, number: "1003", status: void}
        - {<<: *issued, number: "1004", seller_name: 乙公司}
      payment:
        - &paid {unit_id: U1, payee_name: 甲小微公司, invoice_no: "1001", amount: 9000.00, paid_on: 2025-05-02, currency: CNY}
        - {<<: *paid, invoice_no: "1002"}
        - {<<: *paid, invoice_no: "1003"}
        - {<<: *paid, invoice_no: "1004"}
        - {<<: *paid, amount: 450.00, purpose: 质保金, paid_on: 2026-01-02}
    expect:
      - {unit_id: U1, payee_name: 甲小微公司, total: 9000.00, most_days: 120, payment_rows: [1], invoice_rows: [1]}
*/
WITH issued AS (
  SELECT coalesce(digital_no, number) AS invoice_no, seller_name, min(issued_on) AS issued_on, min(row_id) AS invoice_row
  FROM invoice
  WHERE coalesce(status, 'valid') = 'valid' AND issued_on IS NOT NULL AND coalesce(digital_no, number) IS NOT NULL
  GROUP BY coalesce(digital_no, number), seller_name
),
late AS (
  SELECT payment.unit_id, payment.payee_name, payment.amount, payment.currency, payment.paid_on, payment.row_id,
    issued.invoice_row, date_diff('day', issued.issued_on, payment.paid_on) AS days, CAST(allowed.value AS INTEGER) AS days_allowed
  FROM payment
  JOIN issued ON issued.invoice_no = payment.invoice_no AND issued.seller_name = payment.payee_name
  JOIN unit_parameter AS allowed ON allowed.unit_id = payment.unit_id AND allowed.name = 'sme_days_agreed'
    AND issued.issued_on >= allowed.valid_from AND issued.issued_on < coalesce(allowed.valid_to, DATE '9999-12-31')
  WHERE payment.amount > 0 AND coalesce(payment.status, 'paid') = 'paid'
    AND NOT regexp_matches(coalesce(payment.purpose, ''), '质保|质量保证|保修金|保留金')
    AND date_diff('day', issued.issued_on, payment.paid_on) > CAST(allowed.value AS INTEGER)
)
SELECT unit_id, payee_name, currency, CAST(sum(amount) AS DECIMAL(18, 2)) AS total, count(*) AS times, max(days) AS most_days,
  min(days_allowed) AS days_allowed, max(paid_on) AS last_paid_on, list_sort(list(DISTINCT row_id)) AS payment_rows,
  list_sort(list(DISTINCT invoice_row) FILTER (WHERE invoice_row IS NOT NULL)) AS invoice_rows
FROM late
GROUP BY unit_id, payee_name, currency
HAVING sum(amount) >= $least_amount
