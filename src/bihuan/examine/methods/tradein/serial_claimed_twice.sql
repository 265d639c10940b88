/*
id: serial_claimed_twice
title: {zh: 同一序列号或同一旧物两次申领补贴, en: One serial number or one old item was claimed twice}
status: stable
role: lead
level: high
basis: []
why:
  zh: 一台新机、一辆旧车只能补贴一次。同一序列号（改写字母、加空格也算）出现在两笔有效申领中，至少一笔没有真实交易。
  en: One new appliance, one old car is subsidised once. The same number in two valid claims, however it is written, means that one of them had no sale.
not_when:
  zh: 前一笔退货撤销后再次销售；序列号字段填的是型号或批号；系统重复推送同一笔申领。
  en: The first claim was withdrawn when the goods were returned; the field holds a model or batch number; the platform sent one claim twice.
ask:
  zh: 两笔的发票、开箱或安装照片、厂家序列号出库记录，回收证明原件，两名购买人。
  en: Invoices and photographs of both, the maker's record of the serial number, the certificate's original, the two buyers.
reads: [claim]
optional: [payment, nontax_income]
population: {table: claim, where: "amount > 0 AND (serial_no IS NOT NULL OR vin IS NOT NULL OR old_vin IS NOT NULL)"}
scope: all
params: {shortest: 6, most_claims: 20, shortest_number: 6, gone: "撤|退|不通过|未通过|驳回|拒|无效|作废|追回|取消|关闭|失败", equipment: "设备|技改|技术改造|农机|贴息"}
lead: {unit: unit_id, subject: [mark], amount: at_risk, currency: currency, on: last_on}
reason:
  zh: "{thing} {mark} 有{times}笔有效申领（{shops}），补贴共{total}，多领约{at_risk}。"
  en: "{thing} {mark} stands in {times} valid claims ({shops}), {total} in all; about {at_risk} too much."
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
    SELECT row_id, unit_id, claim_no, coalesce(shop_name, shop_id) AS shop, applicant, amount, currency,
      coalesce(bought_on, CAST(bought_at AS DATE), paid_on) AS bought_on, translate(upper(regexp_replace(serial_no, '[^0-9A-Za-z]', '', 'g')), 'OIL', '011') AS serial,
      translate(upper(regexp_replace(vin, '[^0-9A-Za-z]', '', 'g')), 'OIL', '011') AS new_car,
      translate(upper(regexp_replace(coalesce(old_vin, old_serial_no), '[^0-9A-Za-z]', '', 'g')), 'OIL', '011') AS old_item,
      translate(upper(regexp_replace(scrap_no, '[^0-9A-Za-z]', '', 'g')), 'OIL', '011') AS scrap
    FROM claim
    WHERE amount > 0 AND NOT regexp_matches(coalesce(status, ''), $gone)
      AND NOT regexp_matches(concat(coalesce(programme, ''), coalesce(kind, '')), $equipment)
  ),
  marks AS (
    SELECT row_id, '1' AS sort_no, '新机序列号 serial number' AS thing, serial AS mark
    FROM live
    UNION ALL
    SELECT row_id, '2' AS sort_no, '新车识别代号 VIN of the new car' AS thing, new_car AS mark
    FROM live
    UNION ALL
    SELECT row_id, '3' AS sort_no, '旧物编号 number of the old item' AS thing, old_item AS mark
    FROM live
    UNION ALL
    SELECT row_id, '4' AS sort_no, '回收证明编号 scrapping certificate' AS thing, scrap AS mark
    FROM live
  ),
  -- A mark of one repeated sign (0000, 1111) is nobody's number. What another mark has told already is told once.
  shared AS (
    SELECT min(concat(marks.sort_no, marks.thing)) AS thing, min(marks.mark) AS mark, marks.claims
    FROM (
      SELECT sort_no, thing, mark, list_sort(list(row_id)) AS claims
      FROM marks
      WHERE length(mark) >= $shortest AND replace(mark, left(mark, 1), '') <> ''
      GROUP BY sort_no, thing, mark
      HAVING count(*) > 1 AND count(*) <= $most_claims
    ) AS marks
    GROUP BY marks.claims
  ),
  owed AS (
    SELECT shared.mark, min(live.unit_id) AS unit_id, live.currency, CAST(sum(live.amount) - max(live.amount) AS DECIMAL(18, 2)) AS at_risk,
      list_sort(list(DISTINCT live.claim_no) FILTER (WHERE live.claim_no IS NOT NULL)) AS numbers
    FROM shared
    JOIN live ON list_contains(shared.claims, live.row_id)
    GROUP BY shared.mark, live.currency
  ),
  named AS (
    SELECT live.row_id, live.claim_no, back.amount, back.currency, back.payment_row, back.income_row
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
  - says: the same number, once with letters for digits; one old car for two new ones; a withdrawn claim, a filler and machines are left alone
    given:
      claim:
        - &sold {claim_no: YJHX000001, programme: 家电以旧换新, shop_name: 甲店, applicant: 王芳, serial_no: MD01A10B7, amount: 500.00, bought_on: 2025-03-01, status: 已拨付}
        - {<<: *sold, claim_no: YJHX000002, applicant: 李强, shop_name: 乙店, serial_no: "mdO1 A1-OB7", amount: 480.00, bought_on: 2025-03-09}
        - {<<: *sold, claim_no: YJHX000003, serial_no: HR77777A, status: 已撤销}
        - {<<: *sold, claim_no: YJHX000004, serial_no: HR77777A, applicant: 赵敏}
        - {<<: *sold, claim_no: YJHX000005, serial_no: "000000"}
        - {<<: *sold, claim_no: YJHX000006, serial_no: "000000", applicant: 孙丽}
        - &car {claim_no: QC000001, programme: 汽车报废更新, shop_name: 丙店, applicant: 周涛, old_vin: LSVAA11A112000001, scrap_no: BF2025001, amount: 15000.00, bought_on: 2025-04-01}
        - {<<: *car, claim_no: QC000002, applicant: 吴艳}
        - {<<: *sold, claim_no: S1, programme: 设备更新补助, serial_no: SN1234567}
        - {<<: *sold, claim_no: S2, programme: 技术改造专项, serial_no: SN1234567}
      payment:
        - {amount: -480.00, paid_on: 2025-06-01, status: returned, purpose: 追回补贴（申请编号YJHX000002）}
        - {amount: -480.00, paid_on: 2025-06-01, status: returned, purpose: 追回补贴（申请编号QC000002）}
    expect:
      - {mark: MD01A10B7, times: 2, total: 980.00, at_risk: 480.00, claim_rows: [1, 2]}
      - {times: 2, at_risk: 15000.00, claim_rows: [7, 8]}
    remedied:
      - {mark: MD01A10B7, payment_rows: [1]}
*/
WITH live AS (
  SELECT row_id, unit_id, claim_no, coalesce(shop_name, shop_id) AS shop, applicant, amount, currency,
    coalesce(bought_on, CAST(bought_at AS DATE), paid_on) AS bought_on, translate(upper(regexp_replace(serial_no, '[^0-9A-Za-z]', '', 'g')), 'OIL', '011') AS serial,
    translate(upper(regexp_replace(vin, '[^0-9A-Za-z]', '', 'g')), 'OIL', '011') AS new_car,
    translate(upper(regexp_replace(coalesce(old_vin, old_serial_no), '[^0-9A-Za-z]', '', 'g')), 'OIL', '011') AS old_item,
    translate(upper(regexp_replace(scrap_no, '[^0-9A-Za-z]', '', 'g')), 'OIL', '011') AS scrap
  FROM claim
  WHERE amount > 0 AND NOT regexp_matches(coalesce(status, ''), $gone)
    AND NOT regexp_matches(concat(coalesce(programme, ''), coalesce(kind, '')), $equipment)
),
marks AS (
  SELECT row_id, '1' AS sort_no, '新机序列号 serial number' AS thing, serial AS mark
  FROM live
  UNION ALL
  SELECT row_id, '2' AS sort_no, '新车识别代号 VIN of the new car' AS thing, new_car AS mark
  FROM live
  UNION ALL
  SELECT row_id, '3' AS sort_no, '旧物编号 number of the old item' AS thing, old_item AS mark
  FROM live
  UNION ALL
  SELECT row_id, '4' AS sort_no, '回收证明编号 scrapping certificate' AS thing, scrap AS mark
  FROM live
),
-- A mark of one repeated sign (0000, 1111) is nobody's number. What another mark has told already is told once.
shared AS (
  SELECT min(concat(marks.sort_no, marks.thing)) AS thing, min(marks.mark) AS mark, marks.claims
  FROM (
    SELECT sort_no, thing, mark, list_sort(list(row_id)) AS claims
    FROM marks
    WHERE length(mark) >= $shortest AND replace(mark, left(mark, 1), '') <> ''
    GROUP BY sort_no, thing, mark
    HAVING count(*) > 1 AND count(*) <= $most_claims
  ) AS marks
  GROUP BY marks.claims
)
SELECT min(live.unit_id) AS unit_id, substr(shared.thing, 2) AS thing, shared.mark, live.currency, count(*) AS times,
  CAST(sum(live.amount) AS DECIMAL(18, 2)) AS total, CAST(sum(live.amount) - max(live.amount) AS DECIMAL(18, 2)) AS at_risk,
  max(live.bought_on) AS last_on,
  array_to_string(list_sort(list(DISTINCT live.shop) FILTER (WHERE live.shop IS NOT NULL)), '、') AS shops,
  list_sort(list(live.row_id)) AS claim_rows
FROM shared
JOIN live ON list_contains(shared.claims, live.row_id)
GROUP BY shared.thing, shared.mark, live.currency
