// Statements of SQL to their tree: SELECT in the four dialects, and CREATE VIEW around it. Written from the grammars of DuckDB, ClickHouse, SQLite and PostgreSQL.

import type { Cursor } from '../../reading.ts'
import { numberOf } from '../../reading.ts'
import { closing, Expressions } from './expressions.ts'
import type { Expression, From, Item, Select } from './tree.ts'

/** Reads statements. */
export class Reader {
  private readonly cursor: Cursor
  private readonly parts: Expressions

  constructor(cursor: Cursor) {
    this.cursor = cursor
    this.parts = new Expressions(cursor, () => this.query())
  }

  /** statement := (CREATE … VIEW name AS)? query ';'* */
  statement(): Select {
    const { cursor } = this
    if (cursor.take('create')) {
      if (cursor.take('or')) cursor.expect('replace')
      if (!cursor.take('temporary')) cursor.take('temp')
      cursor.take('materialized')
      cursor.expect('view')
      if (cursor.take('if')) {
        cursor.expect('not')
        cursor.expect('exists')
      }
      this.parts.name()
      while (cursor.take('.')) this.parts.name()
      if (cursor.is('(')) this.names()
      cursor.expect('as')
    }
    const found = this.query()
    // How ClickHouse writes the result, and how it runs, ask nothing.
    if (cursor.take('format')) this.parts.name()
    if (cursor.take('settings'))
      do {
        this.parts.name()
        cursor.expect('=')
        cursor.next()
      } while (cursor.take(','))
    while (cursor.take(';'));
    return found
  }

  private names(): readonly string[] {
    const { cursor } = this
    const out: string[] = []
    cursor.expect('(')
    do out.push(this.parts.name())
    while (cursor.take(','))
    cursor.expect(')')
    return out
  }

  /** query := (WITH …)? select (UNION ALL select)* (ORDER BY …)? (LIMIT …)? */
  private query(): Select {
    return this.cursor.deeper(() => {
      const { cursor } = this
      const start = cursor.token.start
      const tables: { name: string; query: Select }[] = []
      if (cursor.take('with')) {
        cursor.take('recursive')
        do {
          const name = this.parts.name()
          if (cursor.is('(')) this.names()
          cursor.expect('as')
          if (cursor.take('not')) cursor.expect('materialized')
          else cursor.take('materialized')
          cursor.expect('(')
          tables.push({ name, query: this.query() })
          cursor.expect(')')
        } while (cursor.take(','))
      }
      const first = this.branch()
      const others: Select[] = []
      while (cursor.is('union') || cursor.is('intersect') || cursor.is('except')) {
        if (!cursor.is('union') || !(cursor.is('all', 1) || cursor.is('by', 1) || cursor.is('select', 1) || cursor.is('(', 1)))
          cursor.refuse('SQL006', `"${cursor.token.text}" is not read`, cursor.token, 'join the conditions instead')
        cursor.at++
        if (!cursor.take('all')) {
          cursor.tell(
            'SQL202',
            'warning',
            'UNION drops rows that occur twice, which is not followed',
            cursor.token,
            'write UNION ALL',
          )
        }
        if (cursor.take('by')) cursor.expect('name')
        others.push(this.branch())
        if (others.length > 5000) cursor.fail('fewer queries')
      }
      return { ...this.tail(first), with: tables, others, span: cursor.spanFrom(start) }
    })
  }

  private branch(): Select {
    const { cursor } = this
    if (cursor.take('(')) {
      const found = this.query()
      cursor.expect(')')
      return found
    }
    return this.select()
  }

  private select(): Select {
    const { cursor } = this
    const start = cursor.token.start
    const fromFirst = cursor.is('from')
    let from: From | undefined
    if (fromFirst) {
      cursor.at++
      from = this.from()
    }
    if (!fromFirst || cursor.is('select')) cursor.expect('select', 'SELECT')
    const distinct = fromFirst && !cursor.is('distinct') ? false : cursor.take('distinct')
    if (distinct && cursor.is('on')) cursor.refuse('SQL006', 'DISTINCT ON is not read', cursor.token, 'group by the columns')
    cursor.take('all')
    const items: Item[] = []
    if (!(fromFirst && (cursor.is('where') || cursor.token.kind === 'end')))
      do items.push(this.item())
      while (cursor.take(',') && !cursor.is('from'))
    if (!fromFirst && cursor.take('from')) from = this.from()
    let where: Expression | undefined
    if (cursor.take('prewhere')) where = this.parts.expression()
    if (cursor.take('where')) {
      const found = this.parts.expression()
      where = where === undefined ? found : { kind: 'and', args: [where, found], span: found.span }
    }
    const groups: Expression[] = []
    if (cursor.take('group')) {
      cursor.expect('by')
      do groups.push(this.parts.expression())
      while (cursor.take(','))
    }
    const having = cursor.take('having') ? this.parts.expression() : undefined
    if (cursor.take('window'))
      do {
        this.parts.name()
        cursor.expect('as')
        this.parts.skipped()
      } while (cursor.take(','))
    const made: Select = {
      with: [],
      distinct,
      items,
      ...(from === undefined ? {} : { from }),
      ...(where === undefined ? {} : { where }),
      groups,
      ...(having === undefined ? {} : { having }),
      order: [],
      others: [],
      span: cursor.spanFrom(start),
    }
    return made
  }

  private tail(of: Select): Select {
    const { cursor } = this
    const order: { by: Expression; descending: boolean; nulls?: 'first' | 'last' }[] = [...of.order]
    if (cursor.take('order')) {
      cursor.expect('by')
      do {
        const by = this.parts.expression()
        const descending = cursor.take('desc')
        if (!descending) cursor.take('asc')
        const nulls = cursor.take('nulls') ? (cursor.take('first') ? 'first' : 'last') : undefined
        if (nulls === 'last') cursor.expect('last')
        order.push({ by, descending, ...(nulls === undefined ? {} : { nulls }) })
      } while (cursor.take(','))
    }
    let limit: number | undefined = of.limit
    if (cursor.take('limit')) {
      const count = cursor.next()
      const value = numberOf(count.text)
      if (typeof value !== 'number') return cursor.refuse('SQL001', 'LIMIT takes a number', count)
      limit = value
      if (cursor.is('offset') || cursor.is(','))
        cursor.refuse('SQL006', 'rows that are skipped are not read', cursor.token, 'leave OFFSET out')
    }
    return { ...of, order, ...(limit === undefined ? {} : { limit }) }
  }

  private item(): Item {
    const { cursor } = this
    const value = this.parts.expression()
    // SELECT * EXCLUDE (…), * REPLACE (…), * APPLY f: columns, which ask nothing.
    if (value.kind === 'star')
      while (cursor.is('exclude') || cursor.is('except') || cursor.is('replace') || cursor.is('apply')) {
        cursor.at++
        if (cursor.is('(')) this.parts.skipped()
        else this.parts.name()
      }
    const name = this.alias()
    return { value, ...(name === undefined ? {} : { name }) }
  }

  private alias(): string | undefined {
    const { cursor } = this
    if (cursor.take('as')) return cursor.token.kind === 'string' ? cursor.next().value : this.parts.name()
    const { token } = cursor
    if (token.kind === 'quoted' || (token.kind === 'name' && !closing.has(token.text.toLowerCase()))) return cursor.next().value
    return undefined
  }

  private from(): From {
    const { cursor } = this
    const { start } = cursor.token
    let found: From
    if (cursor.take('(')) {
      const query = this.query()
      cursor.expect(')')
      found = { kind: 'query', query, span: cursor.spanFrom(start) }
      this.alias()
    } else if (cursor.token.kind === 'string') {
      const name = cursor.next().value
      found = { kind: 'table', name, span: cursor.spanFrom(start) }
      this.alias()
    } else if (cursor.is('(', 1)) {
      const call = this.parts.call(this.parts.name(), start)
      const alias = this.alias() ?? ''
      const columns = cursor.is('(') ? this.names() : []
      found = { kind: 'call', call, alias, columns, span: cursor.spanFrom(start) }
    } else {
      let name = this.parts.name()
      while (cursor.take('.')) name += `.${this.parts.name()}`
      found = { kind: 'table', name, span: cursor.spanFrom(start) }
      cursor.take('final')
      this.alias()
    }
    if (cursor.is(',') || ['join', 'left', 'right', 'full', 'inner', 'cross', 'natural', 'asof'].some(word => cursor.is(word)))
      cursor.refuse('SQL006', 'rows of several tables joined are not read', cursor.token, 'ask one table')
    return found
  }
}
