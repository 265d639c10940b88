/*
id: eligible_never_applied
title: {zh: 多数符合资格的对象从未申请或享受政策, en: Most of those who are eligible never applied}
status: stable
role: lead
level: medium
basis: []
why:
  zh: 按政策自己的资格规则，符合条件的企业或个人中申请或享受的不足规定比例，政策可能没有宣传、门槛过高，或只告诉了少数人。
  en: By the policy's own rule, fewer of those who are eligible than the set share applied or were paid; the policy may not have been told, may be too hard to apply for, or was told to a few.
not_when:
  zh: 免申即享、尚未开始受理；申请资料未全部报送；对象自愿放弃；规则写得比文件宽。
  en: Paid without application, or not yet open; applications that were not handed over; those who did not want it; a rule wider than the document.
ask:
  zh: 政策宣传和受理记录、资金安排和结余，抽若干符合条件而未申请的对象问知不知道、为什么没申请。
  en: How the policy was made known and applications taken, the funds and what is left, and some of those who did not apply whether they knew and why not.
reads: [policy, declaration]
optional: [claim, benefit_payment, payment]
population: {table: policy, where: "trim(coalesce(rule, '')) <> ''"}
max_share: 1
scope: all
params: {least_eligible: 5, aside: "[（(][^（）()]*[）)]|(19|20)[0-9][0-9]年(度)?|第?[0-9一二三四五六七八九十]+(批次|批|期)| "}
lead: {unit: unit_id, subject: [policy_no, measure_no], on: issued_on}
reason:
  zh: "“{policy_title}”（{policy_no}第{measure_no}条）：符合资格{eligible_count}户，申请或享受的{applied_count}户，占{percent}%，{never_count}户从未申请。"
  en: "“{policy_title}” ({policy_no}, measure {measure_no}): {eligible_count} are eligible, {applied_count} applied or were paid ({percent} %), {never_count} never applied."
examples:
  - says: one of six applied; where most applied, where few are eligible and where nothing was handed over is left alone
    given:
      policy:
        - {policy_no: 甲发〔2025〕1号, measure_no: "1", title: 小微补助办法, programme: 小微补助, rule: "企业规模 = '小型'", issued_on: 2025-01-10}
        - {policy_no: 甲发〔2025〕2号, measure_no: "1", title: 微企补助办法, programme: 微企补助, rule: "企业规模 = '微型'", issued_on: 2025-01-10}
        - {policy_no: 甲发〔2025〕3号, measure_no: "1", title: 大企奖励, rule: "企业规模 = '大型'", issued_on: 2025-01-10}
      declaration:
        - &firm {subject_name: 一厂, subject_no: G1, kind: enterprise, size: small, as_of: 2025-02-01}
        - {<<: *firm, subject_name: 二厂, subject_no: G2}
        - {<<: *firm, subject_name: 三厂, subject_no: G3}
        - {<<: *firm, subject_name: 四厂, subject_no: G4}
        - {<<: *firm, subject_name: 五厂, subject_no: G5}
        - {<<: *firm, subject_name: 六厂, subject_no: G6}
        - {<<: *firm, subject_name: 大厂, subject_no: G7, size: large}
        - {<<: *firm, subject_name: 甲坊, subject_no: G11, size: micro}
        - {<<: *firm, subject_name: 乙坊, subject_no: G12, size: micro}
        - {<<: *firm, subject_name: 丙坊, subject_no: G13, size: micro}
        - {<<: *firm, subject_name: 丁坊, subject_no: G14, size: micro}
        - {<<: *firm, subject_name: 戊坊, subject_no: G15, size: micro}
      claim:
        - &paid {programme: 小微补助, applicant: 一厂, applicant_id_no: G1, amount: 5000.00, bought_on: 2025-03-01, paid_on: 2025-03-20, status: 已拨付}
        - {<<: *paid, programme: 微企补助, applicant_id_no: G11}
        - {<<: *paid, programme: 微企补助, applicant: 乙坊, applicant_id_no: null}
        - {<<: *paid, programme: 微企补助, applicant_id_no: G13, status: 审核未通过}
        - {<<: *paid, programme: 微企补助, applicant_id_no: G14}
    expect:
      - {policy_no: 甲发〔2025〕1号, eligible_count: 6, applied_count: 1, never_count: 5, policy_rows: [1], declaration_rows: [2, 3, 4, 5, 6]}
  - says: without any list of applications nothing is said
    given:
      policy:
        - {policy_no: 甲发〔2025〕1号, measure_no: "1", title: 小微补助办法, rule: "企业规模 = '小型'", issued_on: 2025-01-10}
      declaration:
        - &only {subject_name: 一厂, subject_no: G1, size: small, as_of: 2025-02-01}
        - {<<: *only, subject_no: G2}
        - {<<: *only, subject_no: G3}
        - {<<: *only, subject_no: G4}
        - {<<: *only, subject_no: G5}
    expect: []
*/
WITH measures AS (
  SELECT row_id AS policy_row, unit_id, policy_no, coalesce(measure_no, '') AS measure_no, coalesce(title, policy_no) AS policy_title,
    coalesce(programme, title) AS programme, title, programme_code, issued_on, valid_to, reported_on
  FROM policy
  WHERE trim(coalesce(rule, '')) <> ''
),
-- Lists write a programme with its batch or year: 稳岗补贴（第二批）. Left without, it must still mean one measure only.
alone AS (
  SELECT regexp_replace(programme, $aside, '', 'g') AS bare_programme, min(policy_row) AS policy_row
  FROM measures
  WHERE length(regexp_replace(programme, $aside, '', 'g')) >= 2
  GROUP BY regexp_replace(programme, $aside, '', 'g')
  HAVING count(*) = 1
),
-- Applications and payments of all three kinds of lists, with whom they name.
asked AS (
  SELECT row_id, 'claim' AS in_table, programme, NULL AS programme_code, applicant AS name, applicant_id_no AS number, amount, currency,
    coalesce(bought_on, applied_on, paid_on) AS asked_on, paid_on,
    amount > 0 AND NOT regexp_matches(coalesce(status, ''), '退|追回|驳回|拒|未通过|不通过|审核中|待|未拨|未发|撤销|作废')
      AND (paid_on IS NOT NULL OR regexp_matches(coalesce(status, ''), '拨付|兑付|兑现|发放|支付|核销|到账|完成')) AS is_paid,
    amount < 0 OR regexp_matches(coalesce(status, ''), '退回|追回|已退|收回') AS is_returned
  FROM claim
  UNION ALL
  SELECT row_id, 'benefit_payment' AS in_table, programme, programme_code, name, id_no AS number, amount, currency, coalesce(paid_on, month) AS asked_on,
    paid_on, amount > 0 AND coalesce(status, 'paid') = 'paid' AS is_paid, amount < 0 OR coalesce(status, 'paid') = 'returned' AS is_returned
  FROM benefit_payment
  UNION ALL
  SELECT row_id, 'payment' AS in_table, project_name AS programme, project_code AS programme_code, payee_name AS name, payee_id AS number, amount, currency,
    paid_on AS asked_on, paid_on, amount > 0 AND coalesce(status, 'paid') = 'paid' AS is_paid, amount < 0 OR coalesce(status, 'paid') = 'returned' AS is_returned
  FROM payment
),
under AS (
  SELECT measures.policy_row, asked.row_id, asked.in_table, asked.name, asked.number, asked.amount, asked.currency, asked.asked_on, asked.paid_on,
    asked.is_paid, asked.is_returned,
    regexp_replace(coalesce(asked.name, ''), '有限责任公司|股份有限公司|有限公司|公司|[（）() *]', '', 'g') AS bare
  FROM measures
  LEFT JOIN alone ON alone.policy_row = measures.policy_row
  JOIN asked ON asked.programme = measures.programme OR asked.programme = measures.title OR asked.programme_code = measures.programme_code
    OR regexp_replace(asked.programme, $aside, '', 'g') = alone.bare_programme
),
facts AS (
  SELECT row_id, subject_no, as_of, regexp_replace(coalesce(subject_name, ''), '有限责任公司|股份有限公司|有限公司|公司|[（）() *]', '', 'g') AS bare,
    coalesce(subject_no, subject_name) AS subject
  FROM declaration
),
-- A name tells who is meant only where one subject bears it.
called AS (
  SELECT bare, min(subject) AS subject
  FROM facts
  WHERE length(bare) >= 2
  GROUP BY bare
  HAVING count(DISTINCT subject) = 1
),
-- What was last declared of each subject under the policy, and whether the rule holds for it.
entitled AS (
  SELECT eligible.policy_row, facts.subject, facts.subject_no, facts.bare, facts.row_id AS fact_row, eligible.is_eligible,
    row_number() OVER (PARTITION BY eligible.policy_row, facts.subject ORDER BY facts.as_of, facts.row_id) AS earliest
  FROM eligible
  JOIN facts ON facts.row_id = eligible.declaration_row
),
came AS (
  SELECT DISTINCT entitled.policy_row, entitled.subject
  FROM entitled
  JOIN under ON under.policy_row = entitled.policy_row AND under.number = entitled.subject_no
  UNION
  SELECT DISTINCT entitled.policy_row, entitled.subject
  FROM entitled
  JOIN called ON called.subject = entitled.subject
  JOIN under ON under.policy_row = entitled.policy_row AND under.number IS NULL AND under.bare = called.bare
),
-- Lists of applications must reach beyond the day of issue before silence says anything.
lists AS (
  SELECT measures.policy_row, count(asked.row_id) AS asked_since
  FROM measures
  JOIN asked ON asked.in_table <> 'payment' AND asked.asked_on >= coalesce(measures.issued_on, asked.asked_on)
  GROUP BY measures.policy_row
),
counted AS (
  SELECT entitled.policy_row, count(*) AS eligible_count, count(*) FILTER (WHERE came.subject IS NOT NULL) AS applied_count,
    list_sort(list(entitled.fact_row) FILTER (WHERE came.subject IS NULL)) AS declaration_rows
  FROM entitled
  LEFT JOIN came ON came.policy_row = entitled.policy_row AND came.subject = entitled.subject
  WHERE entitled.earliest = 1 AND entitled.is_eligible
  GROUP BY entitled.policy_row
)
SELECT measures.unit_id, measures.policy_no, measures.measure_no, measures.policy_title, measures.issued_on, counted.eligible_count,
  counted.applied_count, counted.eligible_count - counted.applied_count AS never_count,
  round(CAST(counted.applied_count AS DOUBLE) * 100 / nullif(counted.eligible_count, 0), 1) AS percent,
  list_sort(list(measures.policy_row) FILTER (WHERE measures.policy_row IS NOT NULL)) AS policy_rows, counted.declaration_rows
FROM counted
JOIN measures ON measures.policy_row = counted.policy_row
JOIN lists ON lists.policy_row = counted.policy_row
JOIN unit_parameter AS least ON least.unit_id = measures.unit_id AND least.name = 'policy_take_up_least'
  AND least.valid_from <= coalesce(measures.reported_on, measures.valid_to, measures.issued_on, least.valid_from)
  AND (least.valid_to IS NULL OR coalesce(measures.reported_on, measures.valid_to, measures.issued_on, least.valid_from) < least.valid_to)
WHERE counted.eligible_count >= $least_eligible
  AND counted.applied_count < counted.eligible_count * CAST(least.value AS DECIMAL(18, 6))
GROUP BY measures.unit_id, measures.policy_no, measures.measure_no, measures.policy_title, measures.issued_on, counted.eligible_count,
  counted.applied_count, counted.declaration_rows
