/*
id: duplicate_payment
title: {zh: 同一收款人重复付款, en: The same payee was paid twice}
status: stable
role: lead
level: high
basis: [accounting]
why:
  zh: 同一收款人、同一金额在短期内付了两次以上，或同一张发票付了两次以上，可能是重复申请、重复支付，资金多付出去。
  en: One payee received the same amount more than once within days, or one invoice was paid more than once; money may have gone out twice.
not_when:
  zh: 按月按期支付的租金、物业、工资等（用途写明不同月份、期次，或一年内多次有规律支付）；多付部分已退回；不同合同、不同发票分别支付。
  en: Rent, services or wages by month or instalment (the purpose names another month, or the amount recurs regularly); what was returned; other contracts or invoices.
ask:
  zh: 调阅每笔支付的申请、发票原件、验收单和合同，核对收款人往来账；如系重复，查明是否已退回。
  en: Application, original invoice, acceptance and contract of each payment, the payee's statement; whether the second one came back.
reads: [payment]
optional: [invoice]
population: {table: payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND coalesce(payee_id, payee_name) IS NOT NULL"}
scope: lookback
params: {window_days: 45, contract_days: 10, regular_times: 5, least_amount: 100, tolerated: 1, telling_amount: 5000}
lead: {unit: unit_id, subject: [payee, amount_each, first_paid_on], amount: amount_at_risk, currency: currency, on: paid_on}
reason:
  zh: "{payee_name}在{first_paid_on}至{paid_on}间收到{times}笔相同金额{amount_each}（同一发票，或同一用途），已退回{returned_times}笔，可能多付{amount_at_risk}。"
  en: "{payee_name} received {amount_each} {times} times between {first_paid_on} and {paid_on} (one invoice, or one purpose), {returned_times} returned; {amount_at_risk} may have been paid twice."
remedy: |
  WITH returned AS (
    SELECT row_id, unit_id, coalesce(payee_id, payee_name) AS payee, abs(amount) AS amount_each
    FROM payment
    WHERE amount < 0
  ),
  paid AS (
    SELECT unit_id, coalesce(payee_id, payee_name) AS payee, amount AS amount_each, paid_on AS first_paid_on
    FROM payment
    WHERE amount > 0
    GROUP BY unit_id, coalesce(payee_id, payee_name), amount, paid_on
  )
  SELECT paid.unit_id, paid.payee, paid.amount_each, paid.first_paid_on, list_sort(list(returned.row_id)) AS payment_rows
  FROM paid
  JOIN returned ON returned.unit_id = paid.unit_id AND returned.payee = paid.payee AND returned.amount_each = paid.amount_each
  GROUP BY paid.unit_id, paid.payee, paid.amount_each, paid.first_paid_on
examples:
  - says: one invoice twice; the same amount twice within the window; beside them what is innocent
    given:
      payment:
        - &paid {unit_id: U1, payment_no: P1, payee_name: 甲建材有限公司, amount: 86400.00, invoice_no: "04411230", purpose: 采购水泥, paid_on: 2025-03-03, currency: CNY, status: paid}
        - {<<: *paid, payment_no: P2, paid_on: 2025-08-20}
        - {<<: *paid, payment_no: P3, payee_name: 乙印务有限公司, invoice_no: null, amount: 3650.50, purpose: 印刷费, paid_on: 2025-04-01}
        - {<<: *paid, payment_no: P4, payee_name: 乙印务有限公司, invoice_no: null, amount: 3650.50, purpose: 印刷费, paid_on: 2025-04-12}
        # another month in the purpose, another invoice, another contract
        - {<<: *paid, payment_no: P5, payee_name: 丙物业公司, invoice_no: null, amount: 5000.00, purpose: 3月物业费, paid_on: 2025-03-10}
        - {<<: *paid, payment_no: P6, payee_name: 丙物业公司, invoice_no: null, amount: 5000.00, purpose: 4月物业费, paid_on: 2025-04-10}
        - {<<: *paid, payment_no: P7, payee_name: 丁商贸公司, invoice_no: "7001", amount: 1200.00, paid_on: 2025-03-10}
        - {<<: *paid, payment_no: P8, payee_name: 丁商贸公司, invoice_no: "7002", amount: 1200.00, paid_on: 2025-03-12}
        - {<<: *paid, payment_no: P9, payee_name: 戊工程公司, invoice_no: null, contract_no: C1, amount: 90000.00, paid_on: 2025-03-10}
        - {<<: *paid, payment_no: P10, payee_name: 戊工程公司, invoice_no: null, contract_no: C2, amount: 90000.00, paid_on: 2025-03-12}
        - {<<: *paid, payee_name: 壬某, invoice_no: null, purpose: 报3月下乡差旅费, amount: 844.00, paid_on: 2025-03-10}
        - {<<: *paid, payee_name: 壬某, invoice_no: null, purpose: 报3月赴市里开会差旅费, amount: 844.00, paid_on: 2025-03-24}
        # the second one was returned; the second one never went out; another unit
        - {<<: *paid, payment_no: P11, payee_name: 己医药公司, invoice_no: "88", amount: 700.00, paid_on: 2025-05-10}
        - {<<: *paid, payment_no: P12, payee_name: 己医药公司, invoice_no: "88", amount: 700.00, paid_on: 2025-05-11}
        - {<<: *paid, payment_no: P13, payee_name: 己医药公司, invoice_no: "88", amount: -700.00, paid_on: 2025-05-20}
        - {<<: *paid, payment_no: P14, payee_name: 庚公司, invoice_no: "99", amount: 800.00, paid_on: 2025-05-10}
        - {<<: *paid, payment_no: P15, payee_name: 庚公司, invoice_no: "99", amount: 800.00, paid_on: 2025-05-11, status: failed}
        - {<<: *paid, payment_no: P16, unit_id: U2, payee_name: 庚公司, invoice_no: "99", amount: 800.00, paid_on: 2025-05-11}
    expect:
      - {unit_id: U1, payee: 甲建材有限公司, amount_each: 86400.00, amount_at_risk: 86400.00, payment_rows: [1, 2]}
      - {unit_id: U1, payee: 乙印务有限公司, amount_at_risk: 3650.50, payment_rows: [3, 4]}
    remedied:
      - {payee: 己医药公司, first_paid_on: 2025-05-10, payment_rows: [15]}
      - {payee: 己医药公司, first_paid_on: 2025-05-11, payment_rows: [15]}
  - says: the second time in two parts, with the invoice known; paid in parts within it, and equal parts of a contract a month apart, are left alone
    given:
      invoice:
        - &issued {digital_no: "25137000000000000011", seller_name: 辛信息公司, gross: 9000.00, status: valid, issued_on: 2025-03-01}
        - {<<: *issued, digital_no: "25137000000000000012"}
      payment:
        - &part {unit_id: U1, payee_name: 辛信息公司, invoice_no: "25137000000000000011", amount: 9000.00, purpose: 接口开发费, paid_on: 2025-03-03, currency: CNY}
        - {<<: *part, amount: 5000.00, paid_on: 2025-04-03}
        - {<<: *part, amount: 4000.00, paid_on: 2025-04-04}
        - {<<: *part, invoice_no: "25137000000000000012", amount: 4500.00}
        - {<<: *part, invoice_no: "25137000000000000012", amount: 4500.00, paid_on: 2025-04-09}
        - {<<: *part, payee_name: 壬建筑公司, invoice_no: null, contract_no: C9, amount: 128000.00, purpose: 工程进度款}
        - {<<: *part, payee_name: 壬建筑公司, invoice_no: null, contract_no: C9, amount: 128000.00, purpose: 工程进度款, paid_on: 2025-04-03}
    expect:
      - {unit_id: U1, payee: 辛信息公司, amount_at_risk: 9000.00, payment_rows: [1, 2, 3]}
  - says: an amount that recurs by nature is left alone; the invoice written with a space and a dash is the same
    given:
      payment:
        - &month {unit_id: U1, payee_name: 供电公司, amount: 2000.00, purpose: 电费, paid_on: 2025-01-10, currency: CNY}
        - {<<: *month, paid_on: 2025-02-10}
        - {<<: *month, paid_on: 2025-03-10}
        - {<<: *month, paid_on: 2025-04-10}
        - {<<: *month, paid_on: 2025-05-10}
        - {<<: *month, payee_name: 某公司, invoice_no: "NO 0012-7", amount: 450.00, paid_on: 2025-05-10}
        - {<<: *month, payee_name: 某公司, invoice_no: "00127", amount: 450.00, paid_on: 2025-06-30}
    expect:
      - {payee: 某公司, times: 2, amount_at_risk: 450.00, payment_rows: [6, 7]}
*/
WITH paid AS (
  SELECT row_id, unit_id, coalesce(payee_id, payee_name) AS payee, coalesce(payee_name, payee_id) AS payee_name,
    amount, currency, paid_on, contract_no,
    nullif(regexp_replace(regexp_replace(upper(coalesce(invoice_no, '')), '[^0-9A-Z]', '', 'g'), '^(NO|NR|INV)', '', 'g'), '') AS invoice,
    coalesce(purpose, '') AS purpose,
    regexp_replace(coalesce(purpose, ''), '[^0-9一二三四五六七八九十]', '', 'g') AS purpose_numbers
  FROM payment
  WHERE amount >= $least_amount AND coalesce(status, 'paid') = 'paid' AND coalesce(payee_id, payee_name) IS NOT NULL
),
returned AS (
  SELECT unit_id, coalesce(payee_id, payee_name) AS payee, abs(amount) AS amount, currency, count(*) AS times,
    min(paid_on) AS first_returned_on, max(paid_on) AS last_returned_on
  FROM payment
  WHERE (amount < 0 AND coalesce(status, 'paid') IN ('paid', 'returned'))
  GROUP BY unit_id, coalesce(payee_id, payee_name), abs(amount), currency
),
-- Several amounts of one payee that come back again and again are its price, not a mistake.
amounts_that_recur AS (
  SELECT unit_id, payee, amount, currency
  FROM paid
  GROUP BY unit_id, payee, amount, currency
  HAVING count(DISTINCT paid_on) >= $regular_times
),
issued AS (
  SELECT regexp_replace(upper(coalesce(digital_no, number)), '[^0-9A-Z]', '', 'g') AS invoice, seller_name, sum(gross) AS gross
  FROM invoice
  WHERE coalesce(status, 'valid') = 'valid' AND gross > 0 AND seller_name IS NOT NULL
  GROUP BY regexp_replace(upper(coalesce(digital_no, number)), '[^0-9A-Z]', '', 'g'), seller_name
),
-- Equal parts of one invoice are instalments where they do not exceed it, or where each names a number of its own.
by_invoice AS (
  SELECT paid.unit_id, paid.payee, paid.amount, paid.currency, paid.invoice, max(paid.payee_name) AS payee_name, count(*) AS times,
    min(paid.paid_on) AS first_paid_on, max(paid.paid_on) AS paid_on, list_sort(list(paid.row_id)) AS payment_rows
  FROM paid
  LEFT JOIN issued ON issued.invoice = paid.invoice AND issued.seller_name = paid.payee_name
  WHERE paid.invoice IS NOT NULL
  GROUP BY paid.unit_id, paid.payee, paid.amount, paid.currency, paid.invoice, paid.contract_no
  HAVING count(*) > 1 AND (max(issued.gross) IS NULL AND count(DISTINCT nullif(paid.purpose_numbers, '')) <= 1
    OR sum(paid.amount) > max(issued.gross) + $tolerated)
),
-- The second time in other parts: together they exceed the invoice.
beyond_invoice AS (
  SELECT payment.unit_id, coalesce(payment.payee_id, payment.payee_name) AS payee, max(payment.amount) AS amount, payment.currency,
    max(payment.payee_name) AS payee_name, count(*) FILTER (WHERE payment.amount > 0) AS times, min(payment.paid_on) AS first_paid_on,
    max(payment.paid_on) AS paid_on, sum(payment.amount) - max(issued.gross) AS beyond,
    list_sort(list(payment.row_id) FILTER (WHERE payment.amount > 0)) AS payment_rows
  FROM payment
  JOIN issued ON issued.invoice
      = regexp_replace(regexp_replace(upper(payment.invoice_no), '[^0-9A-Z]', '', 'g'), '^(NO|NR|INV)', '', 'g')
    AND issued.seller_name = payment.payee_name
  ANTI JOIN by_invoice ON by_invoice.unit_id = payment.unit_id AND by_invoice.invoice = issued.invoice
    AND by_invoice.payee = coalesce(payment.payee_id, payment.payee_name)
  WHERE coalesce(payment.status, 'paid') = 'paid' OR payment.amount < 0 AND payment.status = 'returned'
  GROUP BY payment.unit_id, coalesce(payment.payee_id, payment.payee_name), payment.currency, issued.invoice
  HAVING count(*) FILTER (WHERE payment.amount > 0) > 1 AND sum(payment.amount) > max(issued.gross) + greatest($least_amount, $tolerated)
),
in_parts AS (
  SELECT paid.unit_id, paid.payee, paid.invoice
  FROM paid
  JOIN issued ON issued.invoice = paid.invoice AND issued.seller_name = paid.payee_name
  GROUP BY paid.unit_id, paid.payee, paid.invoice
  HAVING count(*) > 1 AND sum(paid.amount) <= max(issued.gross) + $tolerated
),
in_order AS (
  SELECT row_id, unit_id, payee, payee_name, amount, currency, paid_on, invoice, purpose, purpose_numbers, contract_no,
    lag(paid_on) OVER (PARTITION BY unit_id, payee, amount, currency, purpose_numbers, coalesce(contract_no, '')
      ORDER BY paid_on, row_id ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS paid_before
  FROM paid
  ANTI JOIN amounts_that_recur AS often ON often.unit_id = paid.unit_id AND often.payee = paid.payee
    AND often.amount = paid.amount AND often.currency IS NOT DISTINCT FROM paid.currency
  ANTI JOIN in_parts ON in_parts.unit_id = paid.unit_id AND in_parts.payee = paid.payee AND in_parts.invoice = paid.invoice
),
in_windows AS (
  SELECT row_id, unit_id, payee, payee_name, amount, currency, paid_on, invoice, purpose, purpose_numbers, contract_no,
    sum(CASE WHEN paid_before IS NULL OR date_diff('day', paid_before, paid_on) > CASE WHEN contract_no IS NULL THEN $window_days
        ELSE $contract_days END THEN 1 ELSE 0 END)
      OVER (PARTITION BY unit_id, payee, amount, currency, purpose_numbers, coalesce(contract_no, '')
      ORDER BY paid_on, row_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS stretch
  FROM in_order
),
by_amount AS (
  SELECT unit_id, payee, amount, currency, max(payee_name) AS payee_name, count(*) AS times,
    min(paid_on) AS first_paid_on, max(paid_on) AS paid_on, list_sort(list(row_id)) AS payment_rows
  FROM in_windows
  GROUP BY unit_id, payee, amount, currency, purpose_numbers, coalesce(contract_no, ''), stretch
  HAVING count(*) > 1 AND count(DISTINCT invoice) < count(invoice) + CASE WHEN count(invoice) < 2 THEN 1 ELSE 0 END
    -- A small sum for other things, such as a day's allowance on two trips, repeats by chance.
    AND (count(DISTINCT purpose) = 1 OR amount >= $telling_amount AND count(*) FILTER (WHERE regexp_matches(purpose, '差旅|公务卡')) = 0)
),
repeated AS (
  SELECT unit_id, payee, amount, currency, payee_name, times, first_paid_on, paid_on, payment_rows
  FROM by_invoice
  UNION ALL
  SELECT by_amount.unit_id, by_amount.payee, by_amount.amount, by_amount.currency, by_amount.payee_name, by_amount.times,
    by_amount.first_paid_on, by_amount.paid_on, by_amount.payment_rows
  FROM by_amount
  ANTI JOIN by_invoice ON by_invoice.unit_id = by_amount.unit_id AND by_invoice.payee = by_amount.payee
    AND by_invoice.amount = by_amount.amount AND by_invoice.currency IS NOT DISTINCT FROM by_amount.currency
),
with_returns AS (
  SELECT repeated.unit_id, repeated.payee, repeated.amount, repeated.currency, repeated.payee_name, repeated.times,
    repeated.first_paid_on, repeated.paid_on, repeated.payment_rows,
    coalesce(returned.times, 0) AS returned_times
  FROM repeated
  LEFT JOIN returned ON returned.unit_id = repeated.unit_id AND returned.payee = repeated.payee
    AND returned.amount = repeated.amount AND returned.currency IS NOT DISTINCT FROM repeated.currency
    AND returned.last_returned_on >= repeated.first_paid_on
)
SELECT unit_id, payee, payee_name, amount AS amount_each, currency, first_paid_on, paid_on, times, returned_times,
  CAST(amount * (times - 1 - returned_times) AS DECIMAL(18, 2)) AS amount_at_risk, payment_rows
FROM with_returns
WHERE times - 1 - returned_times > 0
UNION ALL
SELECT unit_id, payee, payee_name, amount AS amount_each, currency, first_paid_on, paid_on, times, 0 AS returned_times,
  CAST(beyond AS DECIMAL(18, 2)) AS amount_at_risk, payment_rows
FROM beyond_invoice
