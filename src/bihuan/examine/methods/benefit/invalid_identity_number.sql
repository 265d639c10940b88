/*
id: invalid_identity_number
title: {zh: 领取人身份证号无效, en: The recipient's identity number is not valid}
status: stable
role: lead
level: medium
basis: []
why:
  zh: 身份证号位数、出生日期或校验码不符，无法核实其人，可能虚构人员。
  en: The number's length, day of birth or check digit is wrong; the person cannot be verified and may be made up.
not_when:
  zh: 录入笔误；港澳台居民居住证、护照等其他证件；尚未上户的新生儿。
  en: A slip of the pen; a residence permit or passport; a newborn not yet registered.
ask:
  zh: 身份证复印件、户口簿，向公安核对。
  en: A copy of the card, the household book; check with the police.
reads: [benefit_payment]
population: {table: benefit_payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND id_no IS NOT NULL"}
scope: row
lead: {unit: unit_id, subject: [programme, person_key], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "领取“{programme}”共{total}的{name}身份证号无效：{fault}。"
  en: "The identity number of {name}, who drew “{programme}”, {total} in all, is not valid: {fault}."
examples:
  - says: a wrong check digit, a day that does not exist and a short number; a valid number, the old number and a passport are left alone
    given:
      benefit_payment:
        - &paid {programme: 农村低保, name: 王芳, id_no: "330106198005060029", amount: 500.00, paid_on: 2024-03-05}
        - {<<: *paid, name: 李强, id_no: "330106198013060010"}
        - {<<: *paid, name: 赵云, id_no: "33010619800506"}
        - {<<: *paid, name: 钱一, id_no: "330106198005060018"}
        - {<<: *paid, name: 钱二, id_no: "330106800506001"}
        - {<<: *paid, name: 钱三, id_no: "E12345678"}
    expect:
      - {name: 王芳, fault: 校验位不符 wrong check digit, benefit_payment_rows: [1]}
      - {name: 李强, fault: 出生日期不存在 no such day of birth, benefit_payment_rows: [2]}
      - {name: 赵云, fault: 位数不符 wrong length, benefit_payment_rows: [3]}
*/
-- Numbers that begin with a letter are other documents.
WITH numbered AS (
  SELECT row_id, unit_id, programme, name, upper(id_no) AS id_no, amount, currency, paid_on,
    CASE WHEN regexp_matches(upper(id_no), '^[1-9][0-9]{16}[0-9X]$') THEN 18
      WHEN regexp_matches(id_no, '^[1-9][0-9]{14}$') THEN 15 ELSE 0 END AS digits
  FROM benefit_payment
  WHERE benefit_payment.amount > 0 AND coalesce(benefit_payment.status, 'paid') = 'paid' AND regexp_matches(benefit_payment.id_no, '^[0-9]')
),
parts AS (
  SELECT row_id, unit_id, programme, name, id_no, amount, currency, paid_on, digits,
    CASE WHEN digits = 18 THEN substr(id_no, 7, 8) WHEN digits = 15 THEN concat('19', substr(id_no, 7, 6)) END AS born,
    CASE WHEN digits = 18 THEN
    CAST(substr(id_no, 1, 1) AS INTEGER) * 7 + CAST(substr(id_no, 2, 1) AS INTEGER) * 9 +
    CAST(substr(id_no, 3, 1) AS INTEGER) * 10 + CAST(substr(id_no, 4, 1) AS INTEGER) * 5 +
    CAST(substr(id_no, 5, 1) AS INTEGER) * 8 + CAST(substr(id_no, 6, 1) AS INTEGER) * 4 +
    CAST(substr(id_no, 7, 1) AS INTEGER) * 2 + CAST(substr(id_no, 8, 1) AS INTEGER) * 1 +
    CAST(substr(id_no, 9, 1) AS INTEGER) * 6 + CAST(substr(id_no, 10, 1) AS INTEGER) * 3 +
    CAST(substr(id_no, 11, 1) AS INTEGER) * 7 + CAST(substr(id_no, 12, 1) AS INTEGER) * 9 +
    CAST(substr(id_no, 13, 1) AS INTEGER) * 10 + CAST(substr(id_no, 14, 1) AS INTEGER) * 5 +
    CAST(substr(id_no, 15, 1) AS INTEGER) * 8 + CAST(substr(id_no, 16, 1) AS INTEGER) * 4 +
    CAST(substr(id_no, 17, 1) AS INTEGER) * 2
    END AS weighed
  FROM numbered
),
judged AS (
  SELECT row_id, unit_id, programme, name, id_no, amount, currency, paid_on,
    CASE WHEN digits = 0 THEN '位数不符 wrong length'
      WHEN TRY_CAST(concat(substr(born, 1, 4), '-', substr(born, 5, 2), '-', substr(born, 7, 2)) AS DATE) IS NULL
        THEN '出生日期不存在 no such day of birth'
      WHEN digits = 18 AND substr('10X98765432', CAST(weighed % 11 AS INTEGER) + 1, 1) <> substr(id_no, 18, 1)
        THEN '校验位不符 wrong check digit' END AS fault
  FROM parts
),
-- What came back as a row of its own is put right.
back AS (
  SELECT unit_id, programme, upper(id_no) AS id_no, -sum(amount) AS amount
  FROM benefit_payment
  WHERE amount < 0 AND coalesce(status, 'returned') <> 'failed'
  GROUP BY unit_id, programme, upper(id_no)
)
SELECT judged.unit_id, judged.programme, md5(judged.id_no) AS person_key, max(judged.name) AS name, max(judged.fault) AS fault,
  CAST(sum(judged.amount) AS DECIMAL(18, 2)) AS total, max(judged.currency) AS currency,
  max(judged.paid_on) AS last_paid_on, list_sort(list(judged.row_id)) AS benefit_payment_rows
FROM judged
LEFT JOIN back ON back.unit_id = judged.unit_id AND back.programme IS NOT DISTINCT FROM judged.programme
  AND back.id_no = judged.id_no
WHERE judged.fault IS NOT NULL
GROUP BY judged.unit_id, judged.programme, judged.id_no
HAVING sum(judged.amount) > coalesce(max(back.amount), 0)
