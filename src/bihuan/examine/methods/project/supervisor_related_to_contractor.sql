/*
id: supervisor_related_to_contractor
title: {zh: 监理单位与施工单位有关联, en: The supervisor is related to the contractor}
status: stable
role: lead
level: high
basis: []
why:
  zh: 监理应当独立监督施工。两家由同一人控制、相互持股，或者负责人、股东是亲属，质量、进度和计量签字就不可信。
  en: A supervisor must watch the builder independently. Where both stand under one person, hold each other, or their heads or holders are kin, signatures on quality, progress and quantities mean little.
not_when:
  zh: 仅同受国家控股；关系在合同签订前已经终止；股东同名而非同一人。
  en: Tied by the state alone; a tie that ended before the contract; holders who only share a name.
ask:
  zh: 两家的股东、高管变更档案，监理合同签订过程，监理日志和计量签证是否同一人签字，保证金账户。
  en: Both firms' registers of holders and officers, how the supervisor was chosen, who signed diaries and certificates, bond accounts.
reads: [project, entity_of, tie]
optional: [contract, relation, kinship, organization]
population: {table: project, where: "project_code IS NOT NULL AND coalesce(status, '') <> 'cancelled'"}
max_share: 0.2
scope: all
params:
  supervises: "监理|supervision"
  advises: "设计|勘察|咨询|检测|造价|代理|审计|design|consult"
  least_share: 0.05
  most_firms: 12
lead: {unit: unit_id, subject: [project_key, builder_name, supervisor_name], amount: amount, currency: currency, on: on_day}
reason:
  zh: "“{works}”的施工单位{builder_name}与监理单位{supervisor_name}存在关联：{how}。"
  en: "“{works}”: the builder {builder_name} and the supervisor {supervisor_name} are related: {how}."
examples:
  - says: one person behind both, spouses, one firm holding the other, a register that names both in a row; strangers, a designer, an ended tie and somebody who sits everywhere are left alone
    given:
      project:
        - {project_code: P5, name: 戊工程, contractor_name: 甲公司, supervisor_name: 乙监理, planned_total: 800000.00}
      contract:
        - &build {contract_no: C1, project_code: P1, project_name: 甲工程, title: 甲工程施工, kind: construction, supplier_name: 甲公司, amount: 900000.00, signed_on: 2025-03-01}
        - {<<: *build, contract_no: J1, title: 甲工程监理, kind: supervision, supplier_name: 乙监理, amount: 20000.00}
        - {<<: *build, contract_no: C2, project_code: P2, supplier_name: 丙公司}
        - {<<: *build, contract_no: J2, project_code: P2, title: 乙工程监理, kind: supervision, supplier_name: 丁监理}
        - {<<: *build, contract_no: S2, project_code: P2, title: 乙工程设计, kind: design, supplier_name: 丙设计}
        - {<<: *build, contract_no: J3, project_code: P3, title: 丙工程监理, kind: supervision, supplier_name: 丁监理}
        - {<<: *build, contract_no: C3, project_code: P3}
      entity_of:
        - {in_table: contract, in_row: 1, role: supplier, entity_id: 11}
        - {in_table: contract, in_row: 2, role: supplier, entity_id: 12}
        - {in_table: contract, in_row: 3, role: supplier, entity_id: 13}
        - {in_table: contract, in_row: 4, role: supplier, entity_id: 14}
        - {in_table: contract, in_row: 5, role: supplier, entity_id: 15}
        - {in_table: contract, in_row: 6, role: supplier, entity_id: 14}
        - {in_table: contract, in_row: 7, role: supplier, entity_id: 11}
        - {in_table: project, in_row: 1, role: contractor, entity_id: 11}
        - {in_table: project, in_row: 1, role: supervisor, entity_id: 12}
      tie:
        - {kind: legal_person, from_entity: 71, to_entity: 11, weight: 1}
        - {kind: shareholder, from_entity: 71, to_entity: 12, share: 0.6, weight: 1}
        - {kind: officer, from_entity: 72, to_entity: 13, weight: 1}
        - {kind: kin, from_entity: 72, to_entity: 73, weight: 1}
        - {kind: legal_person, from_entity: 73, to_entity: 14, weight: 1}
        - {kind: shareholder, from_entity: 13, to_entity: 15, share: 0.9, weight: 1}
        - {kind: shareholder, from_entity: 71, to_entity: 14, share: 0.6, weight: 1, to_date: 2020-01-01}
    expect:
      - {project_key: P1, supervisor_name: 乙监理, how: 同一人 one person, contract_rows: [1, 2], tie_rows: [1, 2]}
      - {project_key: P2, supervisor_name: 丁监理, how: 亲属 kin, contract_rows: [3, 4], tie_rows: [3, 4, 5]}
      - {project_key: P5, supervisor_name: 乙监理, how: 同一人 one person, project_rows: [1], tie_rows: [1, 2]}
  - says: a firm that the project knows only by its whole name is the one of the register; the rows of the registers behind the ties are evidence
    given:
      project:
        - {project_code: P1, name: 甲工程, contractor_name: 甲建设公司, supervisor_name: 乙监理公司, planned_total: 800000.00}
      relation:
        - {org_name: 甲建设公司, holder_name: 张三, kind: legal_person}
        - {org_name: 乙监理公司, holder_name: 李四, kind: shareholder}
      kinship:
        - {name: 张三, other_name: 李四, kind: 夫妻}
      entity_of:
        - {in_table: project, in_row: 1, role: contractor, entity_id: 11}
        - {in_table: project, in_row: 1, role: supervisor, entity_id: 99}
        - {in_table: relation, in_row: 1, role: firm, entity_id: 11}
        - {in_table: relation, in_row: 2, role: firm, entity_id: 12}
      tie:
        - {kind: legal_person, from_entity: 71, to_entity: 11, weight: 1, in_table: relation, in_row: 1}
        - {kind: shareholder, from_entity: 72, to_entity: 12, weight: 1, in_table: relation, in_row: 2}
        - {kind: kin, from_entity: 71, to_entity: 72, weight: 1, in_table: kinship, in_row: 1}
    expect:
      - {project_key: P1, how: 亲属 kin, project_rows: [1], relation_rows: [1, 2], kinship_rows: [1]}
*/
WITH known_firms AS (
  SELECT relation.org_name AS firm_name, entity_of.entity_id
  FROM relation
  JOIN entity_of ON entity_of.in_table = 'relation' AND entity_of.in_row = relation.row_id AND entity_of.role = 'firm'
  WHERE relation.org_name IS NOT NULL
  GROUP BY relation.org_name, entity_of.entity_id
),
-- A project names its firms without a code; a whole name that the register has once is that firm.
by_name AS (
  SELECT firm_name, min(entity_id) AS entity_id
  FROM known_firms
  GROUP BY firm_name
  HAVING count(*) = 1
),
mentioned AS (
  SELECT contract.unit_id, coalesce(contract.project_code, contract.project_name) AS project_key,
    coalesce(contract.project_name, contract.title, contract.contract_no) AS works, contract.supplier_name AS firm_name, entity_of.entity_id,
    CASE WHEN regexp_matches(concat_ws(' ', contract.kind, contract.title), $supervises) THEN 'supervisor' ELSE 'builder' END AS role,
    contract.amount, contract.currency, coalesce(contract.signed_on, contract.start_on) AS on_day,
    contract.row_id AS contract_row, NULL AS project_row
  FROM contract
  JOIN entity_of ON entity_of.in_table = 'contract' AND entity_of.in_row = contract.row_id AND entity_of.role = 'supplier'
  WHERE contract.supplier_name IS NOT NULL AND coalesce(contract.project_code, contract.project_name) IS NOT NULL
    AND coalesce(contract.status, 'active') <> 'cancelled'
    AND NOT regexp_matches(concat_ws(' ', contract.kind, contract.title), $advises)
  UNION ALL
  SELECT project.unit_id, project.project_code AS project_key, coalesce(project.name, project.project_code) AS works,
    CASE WHEN entity_of.role = 'supervisor' THEN project.supervisor_name ELSE project.contractor_name END AS firm_name, entity_of.entity_id,
    CASE WHEN entity_of.role = 'supervisor' THEN 'supervisor' ELSE 'builder' END AS role,
    coalesce(project.estimate, project.planned_total) AS amount, project.currency,
    coalesce(project.started_on, project.planned_start, project.approved_on) AS on_day, NULL AS contract_row, project.row_id AS project_row
  FROM project
  JOIN entity_of ON entity_of.in_table = 'project' AND entity_of.in_row = project.row_id
    AND entity_of.role IN ('contractor', 'supervisor')
),
parties AS (
  SELECT mentioned.unit_id, mentioned.project_key, mentioned.works, mentioned.firm_name,
    coalesce(by_name.entity_id, mentioned.entity_id) AS entity_id, mentioned.role, mentioned.amount, mentioned.currency,
    mentioned.on_day, mentioned.contract_row, mentioned.project_row
  FROM mentioned
  LEFT JOIN by_name ON by_name.firm_name = mentioned.firm_name
),
pairs AS (
  SELECT builder.unit_id, builder.project_key, max(builder.works) AS works, builder.firm_name AS builder_name,
    supervisor.firm_name AS supervisor_name, builder.entity_id AS builder_id, supervisor.entity_id AS supervisor_id,
    max(builder.amount) AS amount, max(builder.currency) AS currency, max(coalesce(builder.on_day, supervisor.on_day)) AS on_day,
    list_sort(list_distinct(list_concat(
      list_sort(list(DISTINCT builder.contract_row) FILTER (WHERE builder.contract_row IS NOT NULL)),
      list_sort(list(DISTINCT supervisor.contract_row) FILTER (WHERE supervisor.contract_row IS NOT NULL))))) AS contract_rows,
    list_sort(list(DISTINCT builder.project_row) FILTER (WHERE builder.project_row IS NOT NULL)) AS project_rows
  FROM parties AS builder
  JOIN parties AS supervisor ON supervisor.project_key = builder.project_key AND supervisor.unit_id = builder.unit_id
    AND supervisor.role = 'supervisor'
  WHERE builder.role = 'builder'
  GROUP BY builder.unit_id, builder.project_key, builder.firm_name, supervisor.firm_name, builder.entity_id, supervisor.entity_id
),
control AS (
  SELECT row_id, from_entity AS holder, to_entity AS firm, to_date
  FROM tie
  WHERE kind IN ('shareholder', 'legal_person', 'officer', 'controller', 'branch')
    AND (kind <> 'shareholder' OR share IS NULL OR share >= $least_share)
),
-- Who stands behind very many firms is the state, a bank or an agent.
few AS (
  SELECT holder
  FROM control
  GROUP BY holder
  HAVING count(DISTINCT firm) <= $most_firms
),
stated_kin AS (
  SELECT row_id, from_entity AS one, to_entity AS other, in_table
  FROM tie
  WHERE kind = 'kin'
  UNION ALL
  SELECT row_id, to_entity AS one, from_entity AS other, in_table
  FROM tie
  WHERE kind = 'kin'
),
-- The civil registry ties all of a household to its head only: mother and child are kin by way of him.
kin AS (
  SELECT row_id, one, other
  FROM stated_kin
  UNION ALL
  SELECT near.row_id, near.one, far.other
  FROM stated_kin AS near
  JOIN stated_kin AS far ON far.one = near.other AND far.other <> near.one AND far.in_table = 'person'
  WHERE near.in_table = 'person'
),
related AS (
  SELECT pairs.project_key, pairs.builder_id, pairs.supervisor_id, '同一单位 the same firm' AS how, NULL AS one_row, NULL AS other_row, NULL AS kin_row
  FROM pairs
  WHERE pairs.builder_id = pairs.supervisor_id
  UNION ALL
  SELECT pairs.project_key, pairs.builder_id, pairs.supervisor_id, '持股 holding' AS how, control.row_id AS one_row, NULL AS other_row, NULL AS kin_row
  FROM pairs
  JOIN control ON least(control.holder, control.firm) = least(pairs.builder_id, pairs.supervisor_id)
    AND greatest(control.holder, control.firm) = greatest(pairs.builder_id, pairs.supervisor_id)
  WHERE pairs.builder_id <> pairs.supervisor_id AND coalesce(control.to_date >= pairs.on_day, true)
  UNION ALL
  SELECT pairs.project_key, pairs.builder_id, pairs.supervisor_id, '同一人 one person' AS how, one.row_id AS one_row, other.row_id AS other_row, NULL AS kin_row
  FROM pairs
  JOIN control AS one ON one.firm = pairs.builder_id
  JOIN control AS other ON other.firm = pairs.supervisor_id AND other.holder = one.holder
  JOIN few ON few.holder = one.holder
  WHERE pairs.builder_id <> pairs.supervisor_id AND coalesce(one.to_date >= pairs.on_day, true) AND coalesce(other.to_date >= pairs.on_day, true)
  UNION ALL
  SELECT pairs.project_key, pairs.builder_id, pairs.supervisor_id, '亲属 kin' AS how, one.row_id AS one_row, other.row_id AS other_row, kin.row_id AS kin_row
  FROM pairs
  JOIN control AS one ON one.firm = pairs.builder_id
  JOIN kin ON kin.one = one.holder
  JOIN control AS other ON other.firm = pairs.supervisor_id AND other.holder = kin.other
  WHERE pairs.builder_id <> pairs.supervisor_id AND coalesce(one.to_date >= pairs.on_day, true) AND coalesce(other.to_date >= pairs.on_day, true)
),
evidence AS (
  SELECT project_key, builder_id, supervisor_id, how, one_row AS tie_row
  FROM related
  UNION ALL
  SELECT project_key, builder_id, supervisor_id, how, other_row AS tie_row
  FROM related
  UNION ALL
  SELECT project_key, builder_id, supervisor_id, how, kin_row AS tie_row
  FROM related
),
ties AS (
  SELECT project_key, builder_id, supervisor_id,
    array_to_string(list_sort(list(DISTINCT how) FILTER (WHERE how IS NOT NULL)), '、') AS how,
    list_sort(list(DISTINCT tie_row) FILTER (WHERE tie_row IS NOT NULL)) AS tie_rows,
    list_sort(list(DISTINCT relation.row_id) FILTER (WHERE relation.row_id IS NOT NULL)) AS relation_rows,
    list_sort(list(DISTINCT kinship.row_id) FILTER (WHERE kinship.row_id IS NOT NULL)) AS kinship_rows,
    list_sort(list(DISTINCT organization.row_id) FILTER (WHERE organization.row_id IS NOT NULL)) AS organization_rows
  FROM evidence
  LEFT JOIN tie ON tie.row_id = evidence.tie_row
  LEFT JOIN relation ON tie.in_table = 'relation' AND relation.row_id = tie.in_row
  LEFT JOIN kinship ON tie.in_table = 'kinship' AND kinship.row_id = tie.in_row
  LEFT JOIN organization ON tie.in_table = 'organization' AND organization.row_id = tie.in_row
  GROUP BY project_key, builder_id, supervisor_id
)
SELECT pairs.unit_id, pairs.project_key, pairs.builder_name, pairs.supervisor_name, max(pairs.works) AS works, max(ties.how) AS how,
  CAST(max(pairs.amount) AS DECIMAL(18, 2)) AS amount, max(pairs.currency) AS currency, max(pairs.on_day) AS on_day,
  list_sort(list_distinct(flatten(list(pairs.contract_rows) FILTER (WHERE pairs.contract_rows IS NOT NULL)))) AS contract_rows,
  list_sort(list_distinct(flatten(list(pairs.project_rows) FILTER (WHERE pairs.project_rows IS NOT NULL)))) AS project_rows,
  list_sort(list_distinct(flatten(list(ties.tie_rows) FILTER (WHERE ties.tie_rows IS NOT NULL)))) AS tie_rows,
  list_sort(list_distinct(flatten(list(ties.relation_rows) FILTER (WHERE ties.relation_rows IS NOT NULL)))) AS relation_rows,
  list_sort(list_distinct(flatten(list(ties.kinship_rows) FILTER (WHERE ties.kinship_rows IS NOT NULL)))) AS kinship_rows,
  list_sort(list_distinct(flatten(list(ties.organization_rows) FILTER (WHERE ties.organization_rows IS NOT NULL)))) AS organization_rows
FROM ties
JOIN pairs ON pairs.project_key = ties.project_key AND pairs.builder_id = ties.builder_id AND pairs.supervisor_id = ties.supervisor_id
GROUP BY pairs.unit_id, pairs.project_key, pairs.builder_name, pairs.supervisor_name
