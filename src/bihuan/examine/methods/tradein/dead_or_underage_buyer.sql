/*
id: dead_or_underage_buyer
title: {zh: 以死亡或未成年人名义申领补贴, en: A claim in the name of the dead or of a child}
status: stable
role: lead
level: high
basis: []
why:
  zh: 购买日之前申领人已死亡，或未满规定年龄，说明身份信息被冒用。
  en: The claimant had died before the purchase, or was too young; somebody else used the identity.
not_when:
  zh: 死亡登记日期有误；身份证号录入错误；政策允许未成年人由监护人申领。
  en: A wrong day in the register; a mistyped number; the policy lets guardians claim for children.
ask:
  zh: 死亡或火化证明，申领时的实名和人脸记录，付款账户户主，货物去向。
  en: The certificate of death or cremation, the record of identity and face, who owns the account that paid, where the goods went.
reads: [claim, unit_parameter]
optional: [death, person, entity_of, payment, nontax_income]
population: {table: claim, where: "amount > 0 AND (applicant_id_no IS NOT NULL OR applicant IS NOT NULL)"}
scope: all
params: {shortest_number: 6, gone: "撤|退|不通过|未通过|驳回|拒|无效|作废|追回|取消|关闭|失败"}
lead: {unit: unit_id, subject: [claim_no], amount: amount, currency: currency, on: bought_on}
reason:
  zh: "{buyer}于{bought_on}申领补贴{amount}：{grounds}（死亡{died_on}，出生{born_on}）。"
  en: "{buyer} claimed {amount} on {bought_on}: {grounds} (died {died_on}, born {born_on})."
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
  - says: dead for weeks, by cremation, by the linked person, by the civil registry; twelve years old; bought before the death, and eighteen on the day, are left alone
    given:
      unit_parameter:
        - {name: tradein_least_age, valid_from: 2000-01-01, value: "18"}
      death:
        - {name: 王芳, id_no: "33010619400506002X", died_on: 2025-03-10}
        - {name: 李强, id_no: "330106194105060034", cremated_on: 2025-03-13}
        - {name: 赵敏, id_no: "330106194205060042", died_on: 2025-03-10}
      person:
        - {name: 吴山, id_no: "330106194305060051", cancelled_on: 2025-02-01, cancel_reason: 死亡注销}
        - {name: 郑河, id_no: "330106194405060052", cancelled_on: 2025-02-01, cancel_reason: 迁出}
      entity_of:
        - {in_table: death, in_row: 3, role: self, entity_id: 7}
        - {in_table: claim, in_row: 3, role: applicant, entity_id: 7}
      claim:
        - &sold {claim_no: YJHX000001, applicant: 王芳, applicant_id_no: "33010619400506002x", amount: 500.00, bought_on: 2025-05-01}
        - {<<: *sold, claim_no: YJHX000002, applicant: 李强, applicant_id_no: "330106194105060034"}
        - {<<: *sold, claim_no: YJHX000003, applicant: 赵敏, applicant_id_no: "330106194205060049"}
        - {<<: *sold, claim_no: YJHX000004, applicant: 孙小, applicant_id_no: "330106201301010010"}
        - {<<: *sold, claim_no: YJHX000005, bought_on: 2025-03-05}
        - {<<: *sold, claim_no: YJHX000006, applicant: 孙大, applicant_id_no: "330106200705010010"}
        - {<<: *sold, claim_no: YJHX000007, applicant: 云禾公司, applicant_id_no: 91130999MA0000000A}
        - {<<: *sold, claim_no: YJHX000008, applicant: 吴山, applicant_id_no: "330106194305060051"}
        - {<<: *sold, claim_no: YJHX000009, applicant: 郑河, applicant_id_no: "330106194405060052"}
      nontax_income:
        - {amount: 500.00, paid_on: 2025-09-01, note: 退回以旧换新补贴YJHX000002}
    expect:
      - {claim_no: YJHX000001, claim_rows: [1], death_rows: [1]}
      - {claim_no: YJHX000002, claim_rows: [2], death_rows: [2]}
      - {claim_no: YJHX000003, claim_rows: [3], death_rows: [3]}
      - {claim_no: YJHX000004, born_on: 2013-01-01, claim_rows: [4]}
      - {claim_no: YJHX000008, claim_rows: [8], person_rows: [1]}
    remedied:
      - {claim_no: YJHX000002, nontax_income_rows: [1]}
*/
WITH live AS (
  SELECT row_id, unit_id, coalesce(claim_no, CAST(row_id AS VARCHAR)) AS claim_no, applicant, upper(applicant_id_no) AS id_no, amount, currency,
    coalesce(bought_on, CAST(bought_at AS DATE), paid_on) AS bought_on
  FROM claim
  WHERE amount > 0 AND NOT regexp_matches(coalesce(status, ''), $gone)
),
dead AS (
  SELECT row_id, NULL AS person_row, coalesce(died_on, cremated_on) AS died_on, concat('n', upper(id_no)) AS key
  FROM death
  WHERE length(id_no) >= 15 AND coalesce(died_on, cremated_on) IS NOT NULL
  UNION ALL
  SELECT NULL AS row_id, row_id AS person_row, coalesce(died_on, cancelled_on) AS died_on, concat('n', upper(id_no)) AS key
  FROM person
  WHERE length(id_no) >= 15 AND (died_on IS NOT NULL OR cancelled_on IS NOT NULL AND regexp_matches(coalesce(cancel_reason, ''), '死亡|去世'))
  UNION ALL
  SELECT death.row_id, NULL AS person_row, coalesce(death.died_on, death.cremated_on) AS died_on, concat('e', CAST(entity_of.entity_id AS VARCHAR)) AS key
  FROM death
  JOIN entity_of ON entity_of.in_table = 'death' AND entity_of.in_row = death.row_id AND entity_of.role = 'self'
  WHERE coalesce(death.died_on, death.cremated_on) IS NOT NULL
),
claimants AS (
  SELECT row_id, concat('n', id_no) AS key
  FROM live
  WHERE length(id_no) >= 15
  UNION ALL
  SELECT live.row_id, concat('e', CAST(entity_of.entity_id AS VARCHAR)) AS key
  FROM live
  JOIN entity_of ON entity_of.in_table = 'claim' AND entity_of.in_row = live.row_id AND entity_of.role = 'applicant'
),
met AS (
  SELECT claimants.row_id, min(dead.died_on) AS died_on, min(dead.row_id) AS death_row, min(dead.person_row) AS person_row
  FROM claimants
  JOIN dead ON dead.key = claimants.key
  GROUP BY claimants.row_id
),
listed AS (
  SELECT upper(id_no) AS id_no, min(born_on) AS born_on
  FROM person
  WHERE length(id_no) >= 15
  GROUP BY upper(id_no)
),
told AS (
  SELECT live.row_id, live.unit_id, live.claim_no, live.applicant, live.amount, live.currency, live.bought_on, met.died_on, met.death_row, met.person_row,
    CASE WHEN regexp_matches(live.id_no, '^[0-9]{17}[0-9X]$')
      THEN try_cast(concat(substr(live.id_no, 7, 4), '-', substr(live.id_no, 11, 2), '-', substr(live.id_no, 13, 2)) AS DATE)
      ELSE listed.born_on END AS born_on
  FROM live
  LEFT JOIN met ON met.row_id = live.row_id AND met.died_on < live.bought_on
  LEFT JOIN listed ON listed.id_no = live.id_no
),
-- Age in whole years: the difference of two days written as yyyymmdd.
aged AS (
  SELECT told.row_id,
    (year(told.bought_on) - year(told.born_on)) * 10000 + (month(told.bought_on) - month(told.born_on)) * 100
      + day(told.bought_on) - day(told.born_on) < CAST(rule.value AS DECIMAL(18, 0)) * 10000 AS is_young
  FROM told
  JOIN unit_parameter AS rule ON rule.unit_id = told.unit_id AND rule.name = 'tradein_least_age'
    AND told.bought_on >= rule.valid_from AND told.bought_on < coalesce(rule.valid_to, DATE '9999-12-31')
  WHERE told.born_on IS NOT NULL AND told.born_on <= told.bought_on
)
SELECT told.unit_id, told.claim_no, max(coalesce(told.applicant, '')) AS buyer, max(told.amount) AS amount, told.currency,
  max(told.bought_on) AS bought_on, max(told.died_on) AS died_on, max(told.born_on) AS born_on,
  max(CASE WHEN told.died_on IS NOT NULL THEN '购买前已死亡 had died before' ELSE '未满规定年龄 too young' END) AS grounds,
  list_sort(list(told.row_id)) AS claim_rows,
  list_sort(list(DISTINCT told.death_row) FILTER (WHERE told.death_row IS NOT NULL)) AS death_rows,
  list_sort(list(DISTINCT told.person_row) FILTER (WHERE told.person_row IS NOT NULL)) AS person_rows
FROM told
LEFT JOIN aged ON aged.row_id = told.row_id
WHERE told.died_on IS NOT NULL OR aged.is_young
GROUP BY told.unit_id, told.claim_no, told.currency
