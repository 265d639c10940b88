/*
id: borrower_dead_or_implausible_age
title: {zh: 借款人放款时已死亡或年龄明显不合理, en: "A borrower was dead, or of an implausible age, when the loan was granted"}
status: stable
role: lead
level: high
basis: []
why:
  zh: 放款时借款人已经死亡，或未成年、年事过高，贷款可能是他人冒名办理。
  en: When the loan was granted the borrower had died, was a minor or very old; somebody else may have used the name.
not_when:
  zh: 死亡登记或证件号码录入错误；同名；继承债务后的重组；银行制度允许的高龄借款人。
  en: An error in the register or the number; a namesake; a debt taken over by heirs; an old borrower whom the bank's rules allow.
ask:
  zh: 借款合同签字、面签影像、放款凭证和取款人，死亡证明。
  en: The signature and the pictures of signing, the papers of payout and who drew the money, the death certificate.
reads: [loan]
optional: [death, person, entity_of]
population: {table: loan, where: "amount > 0"}
scope: all
params: {not_deceased: "1900-01-01"}
lead: {unit: unit_id, subject: [loan_id], amount: amount, currency: currency, on: from_date}
reason:
  zh: "{customer_name}于{from_date}得到贷款{loan_id}共{amount}；登记死亡日期{died_on}，按证件号码当时{age}岁。"
  en: "{customer_name} got loan {loan_id} of {amount} on {from_date}; the registered day of death is {died_on}, the age by the identity number {age}."
examples:
  - says: dead by number, by the old number, by name and home, by entity; at 15 and at 84; who died later, a namesake and a firm are left alone
    given:
      death:
        - {name: 王芳, id_no: "330106196005060018", died_on: 2024-03-10, address: 东村1号}
        - {name: 李强, id_no: "330106196105060034", died_on: 2024-03-10, address: 西村2号}
        - {name: 赵云, id_no: "330106196205060050", died_on: 2024-03-10, address: 南村3号}
        - {name: 钱多, id_no: "330106196205060077", died_on: 2025-09-10, address: 北村4号}
        - {name: 孙兵, id_no: "330106194805060077", died_on: 2024-03-10, address: 上村5号}
      entity_of:
        - {in_table: death, in_row: 3, role: self, entity_id: 7}
        - {in_table: loan, in_row: 4, role: customer, entity_id: 7}
      loan:
        - &loan {loan_id: L1, customer_name: 王芳, customer_id_no: "330106196005060018", amount: 100.00, from_date: 2025-03-10, address: 中村}
        - {<<: *loan, loan_id: L2, customer_name: 李强, customer_id_no: "330106610506003"}
        - {<<: *loan, loan_id: L3, customer_name: 李强, customer_id_no: "330106196105069934", address: 西村2号}
        - {<<: *loan, loan_id: L4, customer_name: 赵芸, customer_id_no: "330106196205060051"}
        - {<<: *loan, loan_id: L5, customer_name: 童童, customer_id_no: "330106200905060018"}
        - {<<: *loan, loan_id: L6, customer_name: 老人, customer_id_no: "330106194105060018"}
        - {<<: *loan, loan_id: L7, customer_name: 钱多, customer_id_no: "330106196205060077"}
        - {<<: *loan, loan_id: L8, customer_name: 孙兵, customer_id_no: "330106197505060077"}
        - {<<: *loan, loan_id: L9, customer_name: 甲公司, customer_id_no: "911301061941050600"}
    expect:
      - {loan_id: L1, died_on: 2024-03-10, loan_rows: [1], death_rows: [1]}
      - {loan_id: L2, death_rows: [2]}
      - {loan_id: L3, death_rows: [2]}
      - {loan_id: L4, death_rows: [3]}
      - {loan_id: L5, age: 15, loan_rows: [5]}
      - {loan_id: L6, age: 83, loan_rows: [6]}
*/
WITH noted AS (
  SELECT row_id, unit_id, loan_id, customer_name, customer_id_no, address, amount, currency, from_date,
    CASE WHEN regexp_matches(customer_id_no, '^[1-8][0-9]{16}[0-9Xx]$')
        THEN try_cast(concat_ws('-', substr(customer_id_no, 7, 4), substr(customer_id_no, 11, 2), substr(customer_id_no, 13, 2)) AS DATE)
      WHEN regexp_matches(customer_id_no, '^[1-8][0-9]{14}$')
        THEN try_cast(concat_ws('-', concat('19', substr(customer_id_no, 7, 2)), substr(customer_id_no, 9, 2), substr(customer_id_no, 11, 2)) AS DATE)
    END AS born_on,
    row_number() OVER (PARTITION BY unit_id, loan_id ORDER BY reported_on DESC NULLS LAST, row_id DESC) AS newest
  FROM loan
  WHERE amount > 0
),
loans AS (
  SELECT row_id, unit_id, loan_id, customer_name, customer_id_no, address, amount, currency, from_date, born_on,
    year(from_date) - year(born_on) - CASE WHEN month(from_date) * 100 + day(from_date) < month(born_on) * 100 + day(born_on) THEN 1 ELSE 0 END AS age,
    -- The old number of fifteen digits lacks the century and the check digit.
    CASE WHEN length(customer_id_no) = 18 THEN concat(left(customer_id_no, 6), substr(customer_id_no, 9, 9)) ELSE customer_id_no END AS old_number
  FROM noted
  WHERE newest = 1
),
deceased AS (
  SELECT row_id AS death_row, NULL AS person_row, name, id_no, address, coalesce(died_on, cremated_on) AS died_on
  FROM death
  UNION ALL
  SELECT NULL AS death_row, row_id AS person_row, name, id_no, address, died_on
  FROM person
  WHERE died_on IS NOT NULL
),
met AS (
  SELECT loans.row_id, deceased.died_on, deceased.death_row, deceased.person_row
  FROM loans
  JOIN deceased ON deceased.id_no = loans.customer_id_no
  UNION
  SELECT loans.row_id, deceased.died_on, deceased.death_row, deceased.person_row
  FROM loans
  JOIN deceased ON concat(left(deceased.id_no, 6), substr(deceased.id_no, 9, 9)) = loans.old_number
    AND length(deceased.id_no) = 18 AND length(loans.customer_id_no) = 15 AND year(loans.born_on) = CAST(substr(deceased.id_no, 7, 4) AS INTEGER)
  UNION
  SELECT loans.row_id, deceased.died_on, deceased.death_row, deceased.person_row
  FROM loans
  JOIN deceased ON deceased.name = loans.customer_name AND deceased.address = loans.address AND length(loans.address) >= 4
  UNION
  SELECT loans.row_id, coalesce(death.died_on, death.cremated_on) AS died_on, death.row_id AS death_row, NULL AS person_row
  FROM loans
  JOIN entity_of AS customer ON customer.in_table = 'loan' AND customer.in_row = loans.row_id AND customer.role = 'customer'
  JOIN entity_of AS gone ON gone.entity_id = customer.entity_id AND gone.in_table = 'death' AND gone.role = 'self'
  JOIN death ON death.row_id = gone.in_row
),
dead AS (
  SELECT met.row_id, min(met.died_on) AS died_on, list_sort(list(DISTINCT met.death_row) FILTER (WHERE met.death_row IS NOT NULL)) AS death_rows,
    list_sort(list(DISTINCT met.person_row) FILTER (WHERE met.person_row IS NOT NULL)) AS person_rows
  FROM met
  JOIN loans ON loans.row_id = met.row_id
  WHERE met.died_on < loans.from_date AND met.died_on > CAST($not_deceased AS DATE)
  GROUP BY met.row_id
),
ages AS (
  SELECT unit_id, valid_from, valid_to, max(CASE WHEN name = 'loan_age_least' THEN CAST(value AS INTEGER) END) AS least_age,
    max(CASE WHEN name = 'loan_age_most' THEN CAST(value AS INTEGER) END) AS most_age
  FROM unit_parameter
  WHERE name IN ('loan_age_least', 'loan_age_most')
  GROUP BY unit_id, valid_from, valid_to
)
SELECT loans.unit_id, loans.loan_id, loans.customer_name, loans.amount, loans.currency, loans.from_date,
  coalesce(CAST(dead.died_on AS VARCHAR), '—') AS died_on, loans.age, list_sort(list(DISTINCT loans.row_id)) AS loan_rows,
  dead.death_rows, dead.person_rows
FROM loans
LEFT JOIN dead ON dead.row_id = loans.row_id
LEFT JOIN ages ON ages.unit_id = loans.unit_id AND ages.valid_from <= loans.from_date AND (ages.valid_to IS NULL OR loans.from_date < ages.valid_to)
WHERE dead.row_id IS NOT NULL OR loans.age < ages.least_age OR loans.age > ages.most_age
GROUP BY loans.unit_id, loans.loan_id, loans.customer_name, loans.amount, loans.currency, loans.from_date, dead.died_on, loans.age, dead.death_rows, dead.person_rows
