/*
id: should_have_been_tendered
title: {zh: 达到必须招标的规模而未招标（应招未招）, en: Not tendered although a tender was compulsory}
status: stable
role: lead
level: high
basis: [ndrc16-5, tender-4]
why:
  zh: 工程施工及与工程建设有关的货物、服务达到规定金额的必须招标；以单一来源、谈判、询价或直接发包代替，规避了招标。
  en: Works, and the goods and services of works, must be tendered from a set amount; a direct award, negotiation or inquiry evades that.
not_when:
  zh: 不使用预算资金或国有资金；抢险救灾、涉密、以工代赈；已由特许经营方自行建设。
  en: No public money; rescue, secrecy, work relief; a concessionaire that builds itself.
ask:
  zh: 立项批复核准的招标方式，不招标的批准文件，资金来源和占比，合同价的形成过程。
  en: The method approved with the project, leave not to tender, source and share of funds, how the price was formed.
reads: [tender, unit_parameter]
optional: [award, contract]
population: {table: tender, where: "coalesce(status, 'active') <> 'cancelled' AND method IS NOT NULL"}
scope: row
params: {limit_currency: CNY}
lead: {unit: unit_id, subject: [process], amount: amount, currency: currency, on: held_on}
reason:
  zh: "“{title}”（{category}）金额{amount}，达到必须招标的{threshold}，却采用{method_words}。"
  en: "“{title}” ({category}) of {amount} reaches {threshold}, from which a tender is compulsory, but was bought by {method_words}."
examples:
  - says: works by negotiation, goods of a project without any tender; an open tender, works below the amount and goods that are no part of works are left alone
    given:
      unit_parameter:
        - {name: tender_threshold_works, value: "4000000"}
        - {name: tender_threshold_goods, value: "2000000"}
        - {name: tender_threshold_services, value: "1000000"}
      tender:
        - &tender {ocid: P1, tender_id: T1, title: 中学教学楼, category: works, method: limited, method_details: 竞争性谈判, amount: 5200000.00, published_on: 2025-03-01}
        - {<<: *tender, ocid: P2, method: open}
        - {<<: *tender, ocid: P3, amount: 3900000.00}
        - {<<: *tender, ocid: P4, category: goods, title: 教学电脑, amount: 3000000.00}
        - {<<: *tender, ocid: P5, category: goods, title: 电梯, project_code: X1, amount: 3000000.00, method: direct}
        - {<<: *tender, ocid: P6, status: cancelled}
        - {<<: *tender, ocid: P7, category: services, title: 道路改造施工服务}
        - {<<: *tender, ocid: P8, category: services, title: 道路改造施工监理服务}
      contract:
        - &signed {contract_no: C1, title: 河堤加固工程施工, kind: 施工合同, method_details: 直接发包, amount: 6800000.00, signed_on: 2025-05-01, status: active}
        - {<<: *signed, contract_no: C5, title: 河道整治, kind: 工程}
        - {<<: *signed, contract_no: C2, amount: 680000.00}
        - {<<: *signed, contract_no: C3, ocid: P2, method_details: null}
        - {<<: *signed, contract_no: C4, method_details: 公开招标}
    expect:
      - {process: P1, threshold: 4000000, tender_rows: [1]}
      - {process: P5, threshold: 2000000, tender_rows: [5]}
      - {process: P7, category: works, threshold: 4000000, tender_rows: [7]}
      - {process: C1, threshold: 4000000, contract_rows: [1]}
      - {process: C5, threshold: 4000000, contract_rows: [2]}
*/
WITH awarded AS (
  SELECT coalesce(ocid, tender_id) AS process, sum(amount) AS amount
  FROM award
  WHERE coalesce(status, 'active') = 'active'
  GROUP BY coalesce(ocid, tender_id)
),
known AS (
  SELECT DISTINCT coalesce(ocid, tender_id) AS process
  FROM tender
),
-- Works stay works where they are called a service.
built AS (
  SELECT row_id
  FROM tender
  WHERE regexp_matches(title, '施工|土建|修缮|加固|硬化工程|改造工程|装修工程|市政工程')
    AND NOT regexp_matches(title, '设计|监理|咨询|检测|造价|勘察|保险|招标代理')
),
-- Goods and services count only where they belong to an investment project.
purchases AS (
  SELECT coalesce(tender.unit_id, tender.unit_name) AS unit_id, coalesce(tender.ocid, tender.tender_id) AS process,
    coalesce(tender.title, tender.tender_id) AS title,
    CASE WHEN built.row_id IS NULL THEN tender.category ELSE 'works' END AS category,
    coalesce(awarded.amount, tender.amount, tender.budget_amount) AS amount,
    tender.currency, coalesce(tender.published_on, CAST(tender.tender_end AS DATE)) AS held_on,
    coalesce(tender.method_details, tender.method) AS method_words, tender.row_id AS tender_row,
    NULL AS contract_row
  FROM tender
  LEFT JOIN awarded ON awarded.process = coalesce(tender.ocid, tender.tender_id)
  LEFT JOIN built ON built.row_id = tender.row_id
  WHERE tender.method IN ('limited', 'direct') AND coalesce(tender.status, 'active') <> 'cancelled'
    AND (tender.category = 'works' OR built.row_id IS NOT NULL OR tender.category IN ('goods', 'services') AND tender.project_code IS NOT NULL)
  UNION ALL
  SELECT coalesce(contract.unit_id, contract.unit_name) AS unit_id, contract.contract_no AS process,
    coalesce(contract.title, contract.contract_no) AS title, 'works' AS category, contract.amount, contract.currency,
    contract.signed_on AS held_on, contract.method_details AS method_words, NULL AS tender_row,
    contract.row_id AS contract_row
  FROM contract
  ANTI JOIN known ON known.process = coalesce(contract.ocid, contract.tender_id)
  WHERE coalesce(contract.status, 'active') <> 'cancelled' AND contract.contract_no IS NOT NULL
    AND (contract.kind IN ('工程', '工程类') OR regexp_matches(concat_ws(' ', contract.title, contract.kind), '施工|建设工程|修缮|加固|改造工程|土建|装修工程|市政工程|整治工程|提升工程'))
    AND NOT regexp_matches(concat_ws(' ', contract.title, contract.kind), '设计|监理|咨询|检测|造价|勘察')
    AND regexp_matches(contract.method_details, '单一来源|谈判|磋商|询价|直接|比选|议标|自行')
),
thresholds AS (
  SELECT unit_id, replace(name, 'tender_threshold_', '') AS category, valid_from,
    coalesce(valid_to, DATE '9999-12-31') AS valid_to, CAST(value AS DECIMAL(18, 2)) AS threshold
  FROM unit_parameter
  WHERE starts_with(name, 'tender_threshold_')
)
SELECT purchases.unit_id, purchases.process, max(purchases.title) AS title, max(purchases.category) AS category,
  CAST(max(purchases.amount) AS DECIMAL(18, 2)) AS amount, max(purchases.currency) AS currency,
  max(purchases.held_on) AS held_on, max(purchases.method_words) AS method_words,
  max(thresholds.threshold) AS threshold,
  list_sort(list(DISTINCT purchases.tender_row) FILTER (WHERE purchases.tender_row IS NOT NULL)) AS tender_rows,
  list_sort(list(DISTINCT purchases.contract_row) FILTER (WHERE purchases.contract_row IS NOT NULL)) AS contract_rows
FROM purchases
JOIN thresholds ON thresholds.unit_id = purchases.unit_id AND thresholds.category = purchases.category
  AND thresholds.valid_from <= purchases.held_on AND purchases.held_on < thresholds.valid_to
  AND purchases.amount >= thresholds.threshold AND purchases.currency = $limit_currency
GROUP BY purchases.unit_id, purchases.process
