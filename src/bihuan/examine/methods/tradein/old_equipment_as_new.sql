/*
id: old_equipment_as_new
title: {zh: 旧设备冒充新设备申领补助, en: An old machine was claimed as a new one}
status: stable
role: lead
level: high
basis: []
why:
  zh: 申报的“新设备”早已在本企业或关联企业的固定资产中，出厂多年，或曾被当作旧设备淘汰，补助没有换来更新。
  en: The “new” machine had long stood in this firm's or another's asset list, was made years before, or had been scrapped as somebody's old one.
not_when:
  zh: 试用后再开票；资产卡片日期录错；同型号不同编号；设备经改造且政策允许。
  en: On trial before the invoice; a wrong day on the card; the same model with another number; a rebuilt machine where the policy allows it.
ask:
  zh: 设备铭牌和出厂合格证、购置合同、发票、物流单、付款流水，原资产卡片和处置手续。
  en: Nameplate and maker's certificate, contract, invoice, waybill, payment, the former asset card and its disposal.
reads: [claim, unit_parameter]
optional: [asset_card, invoice, payment, nontax_income]
population: {table: claim, where: "amount > 0 AND loan_id IS NULL AND (serial_no IS NOT NULL OR made_on IS NOT NULL)"}
scope: all
params: {trial_days: 180, shortest: 6, shortest_number: 4, gone: "撤|退|不通过|未通过|驳回|拒|无效|作废|追回|取消|关闭|失败", equipment: "设备|技改|技术改造|农机|数字化|智能化", second_hand: "二手|旧设备|翻新|旧机", firms: "(公司|厂|企业|合作社|集团|中心|农场)$"}
lead: {unit: unit_id, subject: [claim_no], amount: amount, currency: currency, on: bought_on}
reason:
  zh: "{firm}的申报{claim_no}（{item}，编号{serial_no}）补助{amount}：{grounds}，最早{earliest}。"
  en: "Claim {claim_no} of {firm} ({item}, number {serial_no}) for {amount}: {grounds}, earliest {earliest}."
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
  - says: on the firm's own card for years; on another's; made ten years ago; another's scrapped machine; a trial of two months and another number are left alone
    given:
      unit_parameter:
        - {name: equipment_new_most_days, valid_from: 2000-01-01, value: "730"}
      asset_card:
        - {unit_id: F1, unit_name: 甲公司, serial_no: SN11111A0, acquired_on: 2018-04-18}
        - {unit_id: F2, unit_name: 乙公司, serial_no: "sn22222 BO", acquired_on: 2017-03-02, disposed_on: 2025-02-01}
        - {unit_id: F1, unit_name: 甲公司, serial_no: SN55555E0, acquired_on: 2025-01-02}
      claim:
        - &new {claim_no: SB0001, programme: 设备更新补助, applicant: 甲公司, item: 车床, serial_no: SN11111A0, amount: 30000.00, bought_on: 2025-03-01}
        - {<<: *new, claim_no: SB0002, serial_no: SN22222B0}
        - {<<: *new, claim_no: SB0003, serial_no: SN33333C0, made_on: 2015-03-01}
        - {<<: *new, claim_no: SB0004, serial_no: SN44444D0}
        - {<<: *new, claim_no: SB0005, serial_no: SN55555E0, made_on: 2024-12-01}
        - {<<: *new, claim_no: SB0006, applicant: 丙公司, serial_no: SN66666F0, old_serial_no: SN44444D0}
      nontax_income:
        - {amount: 30000.00, paid_on: 2025-10-01, note: 退回设备更新补助 SB0003}
        - {amount: 3000.00, paid_on: 2025-10-01, note: 退回设备更新补助 SB0001}
    expect:
      - {claim_no: SB0001, claim_rows: [1], asset_card_rows: [1]}
      - {claim_no: SB0002, claim_rows: [2], asset_card_rows: [2]}
      - {claim_no: SB0003, claim_rows: [3]}
      - {claim_no: SB0004, claim_rows: [4, 6]}
    remedied:
      - {claim_no: SB0003, nontax_income_rows: [1]}
*/
WITH live AS (
  SELECT row_id, unit_id, coalesce(claim_no, CAST(row_id AS VARCHAR)) AS claim_no, coalesce(applicant, '') AS firm, coalesce(item, model, '') AS item,
    coalesce(serial_no, '') AS serial_no, translate(upper(regexp_replace(serial_no, '[^0-9A-Za-z]', '', 'g')), 'OIL', '011') AS serial, translate(upper(regexp_replace(old_serial_no, '[^0-9A-Za-z]', '', 'g')), 'OIL', '011') AS old_serial,
    upper(regexp_replace(invoice_no, '[^0-9A-Za-z]', '', 'g')) AS invoice_key, made_on, amount, currency, coalesce(bought_on, CAST(bought_at AS DATE), paid_on) AS bought_on
  FROM claim
  WHERE amount > 0 AND loan_id IS NULL AND NOT regexp_matches(coalesce(status, ''), $gone)
    AND (regexp_matches(concat(coalesce(programme, ''), coalesce(kind, '')), $equipment) OR regexp_matches(coalesce(applicant, ''), $firms))
),
cards AS (
  SELECT translate(upper(regexp_replace(serial_no, '[^0-9A-Za-z]', '', 'g')), 'OIL', '011') AS serial, min(coalesce(acquired_on, used_from)) AS since, arg_min(row_id, coalesce(acquired_on, used_from)) AS card_row
  FROM asset_card
  WHERE length(translate(upper(regexp_replace(serial_no, '[^0-9A-Za-z]', '', 'g')), 'OIL', '011')) >= $shortest
  GROUP BY translate(upper(regexp_replace(serial_no, '[^0-9A-Za-z]', '', 'g')), 'OIL', '011')
),
found AS (
  SELECT live.row_id, '早已列入固定资产 on an asset card for long' AS ground, cards.since AS earliest, cards.card_row, NULL AS other_row, NULL AS invoice_row
  FROM live
  JOIN cards ON cards.serial = live.serial AND cards.since < live.bought_on - INTERVAL 1 DAY * $trial_days
  UNION ALL
  SELECT live.row_id, '出厂多年 made years before' AS ground, live.made_on AS earliest, NULL AS card_row, NULL AS other_row, NULL AS invoice_row
  FROM live
  JOIN unit_parameter AS rule ON rule.unit_id = live.unit_id AND rule.name = 'equipment_new_most_days'
    AND live.bought_on >= rule.valid_from AND live.bought_on < coalesce(rule.valid_to, DATE '9999-12-31')
  WHERE date_diff('day', live.made_on, live.bought_on) > CAST(rule.value AS DECIMAL(18, 0))
  UNION ALL
  SELECT live.row_id, '曾作为旧设备淘汰 scrapped before as an old one' AS ground, other.bought_on AS earliest, NULL AS card_row, other.row_id AS other_row,
    NULL AS invoice_row
  FROM live
  JOIN live AS other ON other.old_serial = live.serial AND other.row_id <> live.row_id
  WHERE length(live.serial) >= $shortest
  UNION ALL
  SELECT live.row_id, '发票品名为旧设备 the invoice says second-hand' AS ground, invoice.issued_on AS earliest, NULL AS card_row, NULL AS other_row,
    invoice.row_id AS invoice_row
  FROM live
  JOIN invoice ON upper(regexp_replace(coalesce(invoice.digital_no, invoice.number), '[^0-9A-Za-z]', '', 'g')) = live.invoice_key
  WHERE length(live.invoice_key) >= $shortest AND regexp_matches(concat(coalesce(invoice.item, ''), coalesce(invoice.note, '')), $second_hand)
),
told AS (
  SELECT row_id, array_to_string(list_sort(list(DISTINCT ground) FILTER (WHERE ground IS NOT NULL)), '；') AS grounds, min(earliest) AS earliest,
    min(card_row) AS card_row, min(other_row) AS other_row, min(invoice_row) AS invoice_row
  FROM found
  GROUP BY row_id
)
SELECT live.unit_id, live.claim_no, max(live.firm) AS firm, max(live.item) AS item, max(live.serial_no) AS serial_no, max(live.amount) AS amount,
  live.currency, max(live.bought_on) AS bought_on, max(told.grounds) AS grounds, min(told.earliest) AS earliest,
  list_sort(list_distinct(list_concat(list_sort(list(live.row_id)), list_sort(list(told.other_row) FILTER (WHERE told.other_row IS NOT NULL))))) AS claim_rows,
  list_sort(list(DISTINCT told.card_row) FILTER (WHERE told.card_row IS NOT NULL)) AS asset_card_rows,
  list_sort(list(DISTINCT told.invoice_row) FILTER (WHERE told.invoice_row IS NOT NULL)) AS invoice_rows
FROM live
JOIN told ON told.row_id = live.row_id
GROUP BY live.unit_id, live.claim_no, live.currency
