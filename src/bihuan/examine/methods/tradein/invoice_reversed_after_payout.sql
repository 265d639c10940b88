/*
id: invoice_reversed_after_payout
title: {zh: 领取补贴后红冲或作废发票, en: The invoice was reversed but the subsidy stayed}
status: stable
role: lead
level: high
basis: [accounting]
why:
  zh: 申领所用发票被红冲、作废，又没有重开，说明交易已取消，补贴却没有退回。
  en: The claim's invoice was reversed or voided and no new one was issued; the sale is off but the subsidy stayed.
not_when:
  zh: 开票有误已按同额重开；小额折让；补贴已退回。
  en: Reissued for the same amount because of a mistake; a small discount; the subsidy came back.
ask:
  zh: 红字信息表和原因、退货退款流水、货物去向、补贴退回凭证。
  en: The notice of reversal and its reason, the refund, where the goods are, proof that the subsidy came back.
reads: [claim, invoice]
optional: [payment, nontax_income]
population: {table: claim, where: "amount > 0 AND invoice_no IS NOT NULL"}
scope: all
params: {least_share: 0.3, reissued_share: 0.97, reissued_days: 30, shortest: 6, shortest_number: 6, gone: "撤|退|不通过|未通过|驳回|拒|无效|作废|追回|取消|关闭|失败", granted: "已?(拨付|发放|兑付|支付|到账|核销|清算|结算)|通过"}
lead: {unit: unit_id, subject: [claim_no], amount: amount, currency: currency, on: reversed_on}
reason:
  zh: "{shop}的申领{claim_no}（补贴{amount}）所用发票{invoice_no}于{reversed_on}被红冲或作废{reversed}，未见重开，补贴仍有效。"
  en: "Claim {claim_no} of {shop} ({amount}): invoice {invoice_no} was reversed or voided on {reversed_on} ({reversed}), no new one is known, and the claim stands."
remedy: |
  -- Money that came back and names the claim answers it where it is no less than the subsidy.
  WITH
  back AS (
    SELECT -amount AS amount, currency, paid_on AS on_day, coalesce(purpose, '') AS words, row_id AS payment_row, NULL AS income_row
    FROM payment
    WHERE amount < 0 AND coalesce(status, 'paid') IN ('paid', 'returned')
    UNION ALL
    SELECT amount, currency, coalesce(paid_on, billed_on) AS on_day, concat(coalesce(item, ''), coalesce(note, '')) AS words,
      NULL AS payment_row, row_id AS income_row
    FROM nontax_income
    WHERE amount > 0 AND coalesce(status, 'paid') = 'paid'
  ),
  answered AS (
    SELECT claim.unit_id, claim.claim_no, claim.amount AS owed, back.amount, back.payment_row, back.income_row
    FROM claim
    JOIN back ON contains(back.words, claim.claim_no) AND back.currency IS NOT DISTINCT FROM claim.currency
      AND back.on_day >= coalesce(claim.bought_on, claim.paid_on, back.on_day)
    WHERE length(claim.claim_no) >= $shortest_number AND regexp_matches(back.words, '退|追|缴|还|收回')
  )
  SELECT unit_id, claim_no,
    list_sort(list(DISTINCT payment_row) FILTER (WHERE payment_row IS NOT NULL)) AS payment_rows,
    list_sort(list(DISTINCT income_row) FILTER (WHERE income_row IS NOT NULL)) AS nontax_income_rows
  FROM answered
  GROUP BY unit_id, claim_no
  HAVING sum(amount) >= max(owed)
examples:
  - says: reversed after the payout; a red invoice while the first stays valid; a reissue, a small discount, a withdrawn claim and a valid invoice are left alone
    given:
      claim:
        - &sold {claim_no: YJHX000001, shop_name: 甲店, invoice_no: "25130001", list_price: 3000.00, amount: 450.00, bought_on: 2025-03-01, paid_on: 2025-04-25, status: 已拨付}
        - {<<: *sold, claim_no: YJHX000002, invoice_no: "25130002"}
        - {<<: *sold, claim_no: YJHX000003, invoice_no: "25130003"}
        - {<<: *sold, claim_no: YJHX000004, invoice_no: "25130004"}
        - {<<: *sold, claim_no: YJHX000005, invoice_no: "25130005", status: 已撤销}
        - {<<: *sold, claim_no: YJHX000006, invoice_no: "25130006"}
      invoice:
        - &blue {digital_no: "25130001", seller_name: 甲店, buyer_name: 王芳, gross: 3000.00, issued_on: 2025-03-01, status: reversed, reversed_on: 2025-05-03}
        - {<<: *blue, digital_no: "25130002", status: valid, reversed_on: null}
        - {<<: *blue, digital_no: "25139992", status: red, gross: -2800.00, reverses: "25130002", issued_on: 2025-05-06, reversed_on: null}
        - {<<: *blue, digital_no: "25130003", buyer_name: 李强}
        - {<<: *blue, digital_no: "25139993", buyer_name: 李强, status: red, gross: -3000.00, reverses: "25130003", issued_on: 2025-05-03, reversed_on: null}
        - {<<: *blue, digital_no: "25130093", buyer_name: 李强, status: valid, issued_on: 2025-05-03, reversed_on: null}
        - {<<: *blue, digital_no: "25130004", status: valid, reversed_on: null}
        - {<<: *blue, digital_no: "25139994", status: red, gross: -200.00, reverses: "25130004", issued_on: 2025-05-06, reversed_on: null}
        - {<<: *blue, digital_no: "25130005"}
        - {<<: *blue, digital_no: "25130006", status: valid, reversed_on: null}
      payment:
        - {amount: -450.00, paid_on: 2025-08-01, status: returned, purpose: 退回补贴 申请编号YJHX000002}
    expect:
      - {claim_no: YJHX000001, claim_rows: [1], invoice_rows: [1]}
      - {claim_no: YJHX000002, claim_rows: [2], invoice_rows: [2, 3]}
    remedied:
      - {claim_no: YJHX000002, payment_rows: [1]}
*/
WITH live AS (
  SELECT row_id, unit_id, coalesce(claim_no, CAST(row_id AS VARCHAR)) AS claim_no, coalesce(shop_name, shop_id) AS shop, amount, currency,
    invoice_no, upper(regexp_replace(invoice_no, '[^0-9A-Za-z]', '', 'g')) AS invoice_key
  FROM claim
  WHERE amount > 0 AND length(invoice_no) >= $shortest AND NOT regexp_matches(coalesce(status, ''), $gone)
    AND (paid_on IS NOT NULL OR status IS NULL OR regexp_matches(status, $granted))
),
issued AS (
  SELECT row_id, upper(regexp_replace(coalesce(digital_no, number), '[^0-9A-Za-z]', '', 'g')) AS invoice_key, upper(regexp_replace(reverses, '[^0-9A-Za-z]', '', 'g')) AS reverses_key,
    coalesce(seller_tax_no, seller_name) AS seller, coalesce(buyer_tax_no, buyer_name) AS buyer, gross, issued_on, reversed_on,
    coalesce(status, 'valid') AS status
  FROM invoice
),
blue AS (
  SELECT invoice_key, min(row_id) AS row_id, max(seller) AS seller, max(buyer) AS buyer, sum(gross) AS gross, min(issued_on) AS issued_on,
    max(reversed_on) AS reversed_on, bool_or(status IN ('void', 'reversed')) AS is_off
  FROM issued
  WHERE coalesce(gross, 0) >= 0 AND length(invoice_key) >= $shortest
  GROUP BY invoice_key
),
red AS (
  SELECT reverses_key, list_sort(list(row_id)) AS red_rows, -sum(gross) AS gross, max(issued_on) AS issued_on
  FROM issued
  WHERE gross < 0 AND length(reverses_key) >= $shortest
  GROUP BY reverses_key
),
undone AS (
  SELECT live.row_id, live.unit_id, live.claim_no, live.shop, live.amount, live.currency, live.invoice_no, blue.row_id AS blue_row, blue.seller,
    blue.buyer, blue.gross, blue.invoice_key, red.red_rows, coalesce(red.gross, blue.gross) AS reversed,
    coalesce(red.issued_on, blue.reversed_on, blue.issued_on) AS reversed_on
  FROM live
  JOIN blue ON blue.invoice_key = live.invoice_key
  LEFT JOIN red ON red.reverses_key = live.invoice_key
  WHERE blue.is_off AND coalesce(red.gross, blue.gross) >= $least_share * blue.gross OR red.gross >= $least_share * blue.gross
),
claimed AS (
  SELECT DISTINCT invoice_key
  FROM live
),
-- A new invoice to the same buyer for the same amount, which nobody else claims on, puts a mistake right.
fresh AS (
  SELECT blue.seller, blue.buyer, blue.gross, blue.issued_on, blue.invoice_key
  FROM blue
  ANTI JOIN claimed ON claimed.invoice_key = blue.invoice_key
  ANTI JOIN red ON red.reverses_key = blue.invoice_key
  WHERE NOT blue.is_off
),
reissued AS (
  SELECT DISTINCT undone.row_id
  FROM undone
  JOIN fresh ON fresh.seller = undone.seller AND fresh.buyer = undone.buyer AND fresh.invoice_key <> undone.invoice_key
    AND fresh.gross >= $reissued_share * undone.gross AND abs(date_diff('day', undone.reversed_on, fresh.issued_on)) <= $reissued_days
)
SELECT undone.unit_id, undone.claim_no, max(undone.shop) AS shop, max(undone.invoice_no) AS invoice_no, max(undone.amount) AS amount,
  undone.currency, max(undone.reversed_on) AS reversed_on, CAST(max(undone.reversed) AS DECIMAL(18, 2)) AS reversed,
  list_sort(list(undone.row_id)) AS claim_rows,
  list_sort(list_distinct(list_concat(list_sort(list(undone.blue_row) FILTER (WHERE undone.blue_row IS NOT NULL)), flatten(list_sort(list(undone.red_rows) FILTER (WHERE undone.red_rows IS NOT NULL))))))
    AS invoice_rows
FROM undone
ANTI JOIN reissued ON reissued.row_id = undone.row_id
GROUP BY undone.unit_id, undone.claim_no, undone.currency
