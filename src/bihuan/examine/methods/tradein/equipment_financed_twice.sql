/*
id: equipment_financed_twice
title: {zh: 同一设备重复享受补助, en: One machine was subsidised twice}
status: stable
role: lead
level: high
basis: []
why:
  zh: 同一台设备（同一出厂编号，或同一发票而编号空缺）在两个部门或两个项目中申报补助，超出部分应追回。
  en: One machine, by its serial number or by one invoice without a second number, was claimed in two programmes or twice in one.
not_when:
  zh: 前一笔未通过；一张发票上有几台设备，分别申报；政策明确可以叠加（如补助与贴息）。
  en: The first claim was refused; one invoice holds several machines, each claimed once; the policy lets them add up, as a subsidy and interest.
ask:
  zh: 两次申报材料、设备铭牌照片、发票和付款凭证，两个项目的不重复申报承诺。
  en: Both applications, a photograph of the nameplate, invoice and payment, the promise of both programmes not to claim twice.
reads: [claim]
optional: [payment, nontax_income]
population: {table: claim, where: "amount > 0 AND loan_id IS NULL AND (serial_no IS NOT NULL OR invoice_no IS NOT NULL)"}
scope: all
params: {shortest: 6, most_claims: 20, shortest_number: 4, gone: "撤|退|不通过|未通过|驳回|拒|无效|作废|追回|取消|关闭|失败", equipment: "设备|技改|技术改造|农机|数字化|智能化", interest: "贴息", firms: "(公司|厂|企业|合作社|集团|中心|农场)$"}
lead: {unit: unit_id, subject: [mark], amount: at_risk, currency: currency, on: last_on}
reason:
  zh: "{thing} {mark}（{items}）在{programmes}中申报{times}笔，补助共{total}，多得约{at_risk}。"
  en: "{thing} {mark} ({items}) stands in {times} claims under {programmes}, {total} in all; about {at_risk} too much."
remedy: |
  -- Money that came back names one of the claims; together no less than what was drawn beyond the largest.
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
  live AS (
    SELECT row_id, unit_id, claim_no, coalesce(programme, '') AS programme, coalesce(item, model, '') AS item, amount, currency, coalesce(bought_on, CAST(bought_at AS DATE), paid_on) AS bought_on,
      translate(upper(regexp_replace(serial_no, '[^0-9A-Za-z]', '', 'g')), 'OIL', '011') AS serial, upper(regexp_replace(invoice_no, '[^0-9A-Za-z]', '', 'g')) AS invoice_key
    FROM claim
    WHERE amount > 0 AND loan_id IS NULL AND NOT regexp_matches(coalesce(status, ''), $gone)
      AND (regexp_matches(concat(coalesce(programme, ''), coalesce(kind, '')), $equipment) OR regexp_matches(coalesce(applicant, ''), $firms)) AND NOT regexp_matches(coalesce(programme, ''), $interest)
  ),
  -- One invoice may hold several machines: only claims that have no number, or the same, are one machine.
  marks AS (
    SELECT '1出厂编号 serial number' AS thing, serial AS mark, list_sort(list(row_id)) AS claims
    FROM live
    WHERE length(serial) >= $shortest AND replace(serial, left(serial, 1), '') <> ''
    GROUP BY serial
    HAVING count(*) > 1 AND count(*) <= $most_claims
    UNION ALL
    SELECT '2发票 invoice' AS thing, invoice_key AS mark, list_sort(list(row_id)) AS claims
    FROM live
    WHERE length(invoice_key) >= $shortest
    GROUP BY invoice_key
    HAVING count(*) > greatest(1, count(DISTINCT nullif(serial, ''))) AND count(*) <= $most_claims
  ),
  shared AS (
    SELECT min(thing) AS thing, min(mark) AS mark, claims
    FROM marks
    GROUP BY claims
  ),
  owed AS (
    SELECT shared.mark, min(live.unit_id) AS unit_id, live.currency, CAST(sum(live.amount) - max(live.amount) AS DECIMAL(18, 2)) AS at_risk,
      list_sort(list(DISTINCT live.claim_no) FILTER (WHERE live.claim_no IS NOT NULL)) AS numbers
    FROM shared
    JOIN live ON list_contains(shared.claims, live.row_id)
    GROUP BY shared.mark, live.currency
  ),
  named AS (
    SELECT live.claim_no, back.amount, back.currency, back.payment_row, back.income_row
    FROM back
    JOIN live ON contains(back.words, live.claim_no)
    WHERE length(live.claim_no) >= $shortest_number AND regexp_matches(back.words, '退|追|缴|还|收回')
  )
  SELECT owed.unit_id, owed.mark,
    list_sort(list(DISTINCT named.payment_row) FILTER (WHERE named.payment_row IS NOT NULL)) AS payment_rows,
    list_sort(list(DISTINCT named.income_row) FILTER (WHERE named.income_row IS NOT NULL)) AS nontax_income_rows
  FROM owed
  JOIN named ON list_contains(owed.numbers, named.claim_no) AND named.currency IS NOT DISTINCT FROM owed.currency
  GROUP BY owed.unit_id, owed.mark
  HAVING sum(named.amount) >= max(owed.at_risk)
examples:
  - says: one serial in two programmes; one invoice where the second claim has no number; two machines on one invoice, a refused claim and appliances are left alone
    given:
      claim:
        - &new {claim_no: SB0001, unit_id: U1, programme: 设备更新补助, applicant: 甲公司, item: 数控车床, serial_no: SN12345A0, invoice_no: "25130001", amount: 30000.00, bought_on: 2025-03-01}
        - {<<: *new, claim_no: JG0001, unit_id: U2, programme: 技术改造专项, serial_no: "sn-12345-AO", invoice_no: null, amount: 20000.00}
        - {<<: *new, claim_no: SB0002, serial_no: SN22222B, invoice_no: "25130002"}
        - {<<: *new, claim_no: JG0002, unit_id: U2, programme: 技术改造专项, serial_no: null, invoice_no: "25130002"}
        - {<<: *new, claim_no: SB0003, serial_no: SN33333A, invoice_no: "25130003"}
        - {<<: *new, claim_no: JG0003, unit_id: U2, programme: 技术改造专项, serial_no: SN33333B, invoice_no: "25130003"}
        - {<<: *new, claim_no: SB0004, serial_no: SN44444A, invoice_no: "25130004"}
        - {<<: *new, claim_no: JG0004, unit_id: U2, programme: 技术改造专项, serial_no: SN44444A, invoice_no: "25130004", status: 审核不通过}
        - {claim_no: Y1, programme: 家电以旧换新, serial_no: HR55555A, amount: 500.00, bought_on: 2025-03-01}
        - {claim_no: Y2, programme: 家电以旧换新, serial_no: HR55555A, amount: 500.00, bought_on: 2025-03-01}
      payment:
        - {amount: -20000.00, paid_on: 2025-09-01, status: returned, purpose: 退回技改补助 JG0001}
    expect:
      - {times: 2, total: 50000.00, at_risk: 20000.00, claim_rows: [1, 2]}
      - {times: 2, at_risk: 30000.00, claim_rows: [3, 4]}
    remedied:
      - {mark: SN12345A0, payment_rows: [1]}
*/
WITH live AS (
  SELECT row_id, unit_id, claim_no, coalesce(programme, '') AS programme, coalesce(item, model, '') AS item, amount, currency, coalesce(bought_on, CAST(bought_at AS DATE), paid_on) AS bought_on,
    translate(upper(regexp_replace(serial_no, '[^0-9A-Za-z]', '', 'g')), 'OIL', '011') AS serial, upper(regexp_replace(invoice_no, '[^0-9A-Za-z]', '', 'g')) AS invoice_key
  FROM claim
  WHERE amount > 0 AND loan_id IS NULL AND NOT regexp_matches(coalesce(status, ''), $gone)
    AND (regexp_matches(concat(coalesce(programme, ''), coalesce(kind, '')), $equipment) OR regexp_matches(coalesce(applicant, ''), $firms)) AND NOT regexp_matches(coalesce(programme, ''), $interest)
),
-- One invoice may hold several machines: only claims that have no number, or the same, are one machine.
marks AS (
  SELECT '1出厂编号 serial number' AS thing, serial AS mark, list_sort(list(row_id)) AS claims
  FROM live
  WHERE length(serial) >= $shortest AND replace(serial, left(serial, 1), '') <> ''
  GROUP BY serial
  HAVING count(*) > 1 AND count(*) <= $most_claims
  UNION ALL
  SELECT '2发票 invoice' AS thing, invoice_key AS mark, list_sort(list(row_id)) AS claims
  FROM live
  WHERE length(invoice_key) >= $shortest
  GROUP BY invoice_key
  HAVING count(*) > greatest(1, count(DISTINCT nullif(serial, ''))) AND count(*) <= $most_claims
),
shared AS (
  SELECT min(thing) AS thing, min(mark) AS mark, claims
  FROM marks
  GROUP BY claims
)
SELECT min(live.unit_id) AS unit_id, substr(shared.thing, 2) AS thing, shared.mark, live.currency, count(*) AS times,
  CAST(sum(live.amount) AS DECIMAL(18, 2)) AS total, CAST(sum(live.amount) - max(live.amount) AS DECIMAL(18, 2)) AS at_risk,
  max(live.bought_on) AS last_on,
  array_to_string(list_sort(list(DISTINCT live.programme) FILTER (WHERE live.programme IS NOT NULL)), '、') AS programmes,
  array_to_string(list_sort(list(DISTINCT live.item) FILTER (WHERE live.item IS NOT NULL)), '、') AS items,
  list_sort(list(live.row_id)) AS claim_rows
FROM shared
JOIN live ON list_contains(shared.claims, live.row_id)
GROUP BY shared.thing, shared.mark, live.currency
