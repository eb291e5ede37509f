// node peer_duckdb.js tc|sg|kb_core DIR [threads]: the workload of that name in DuckDB's SQL; prints `relation count` lines.
const {DuckDBInstance} = require('@duckdb/node-api');
const fs = require('fs');
const path = require('path');

const BASE = {
  tc: {edge: ['x', 'y']},
  kb_core: {
    disease: ['d'], is_a: ['d', 'p'], component: ['t', 'u'], therapy_target: ['t', 'x'], therapy_challenge: ['t', 'c'],
    assoc: ['x', 'd'], evidence: ['e', 't', 'd', 'o', 'l'],
  },
};
const TC = 'create table path as with recursive p(x, y) as (select x, y from edge union ' +
    'select p.x, e.y from p join edge e on p.y = e.x) select * from p';

async function main() {
  const [, , kind, dir, threads = '1'] = process.argv;
  const instance = await DuckDBInstance.create(':memory:', {threads});
  const connection = await instance.connect();
  for (const [table, columns] of Object.entries(BASE[kind])) {
    const types = columns.map(c => `'${c}': 'INTEGER'`).join(', ');
    await connection.run(`create table ${table} as select * from read_csv('${dir}/${table}.facts', ` +
                         `delim = '\t', header = false, columns = {${types}})`);
  }
  const sql = kind === 'tc' ? TC : fs.readFileSync(path.join(__dirname, 'workloads', 'kb_core.sql'), 'utf8');
  for (const statement of sql.split(';').filter(s => s.trim())) {
    await connection.run(statement);
    const table = /table (\w+)/.exec(statement)[1];
    const reader = await connection.runAndReadAll(`select count(*) from ${table}`);
    console.log(`${table}\t${reader.getRows()[0][0]}`);
  }
}
main();
