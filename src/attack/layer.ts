// Counts of rules by technique → layers for ATT&CK Navigator, format 4.5.

import { attackVersion } from './tactics.ts'

/** How many rules there are for something. `visible` is there when logs were given. */
export interface Counted {
  readonly rules: number
  readonly proven: number
  readonly tested: number
  readonly visible?: number
}

/** What a layer shows. */
export const layerKinds = ['rules', 'proven', 'tested', 'visible'] as const
export type LayerKind = (typeof layerKinds)[number]

const descriptions: Readonly<Record<LayerKind, string>> = {
  rules: 'how many rules name the technique',
  proven: 'how many rules have a query that is proven to mean the same, for one of the targets',
  tested: 'how many rules have a test that fires, and pass all their tests',
  visible: 'how many rules found their log source in the logs that were given',
}

/** A technique that rules name. */
export interface Scored {
  readonly technique: string
  readonly counts: Counted
  /** The rules' ids; the first fifty are shown. */
  readonly ids: readonly string[]
  /** An absolute address with what it is called. */
  readonly link?: { readonly label: string; readonly url: string }
}

const mostIds = 50

/**
 * Layers for ATT&CK Navigator: rules, proven, tested and, with `logs`, visible. The score is a number of rules, so that layers of several collections add up; a
 * sub-technique stands for itself alone. https://github.com/mitre-attack/attack-navigator/blob/master/layers/spec/v4.5/layerformat.md
 */
export function navigatorLayers(
  name: string,
  techniques: readonly Scored[],
  logs: boolean,
): readonly Readonly<Record<string, unknown>>[] {
  const scored = techniques.filter(one => one.counts.rules > 0)
  return layerKinds
    .filter(kind => kind !== 'visible' || logs)
    .map(kind => ({
      name: `${name}: ${kind}`,
      versions: { attack: attackVersion.split('.')[0], navigator: '5.1.0', layer: '4.5' },
      domain: 'enterprise-attack',
      description: descriptions[kind],
      sorting: 3,
      layout: {
        layout: 'side',
        aggregateFunction: 'max',
        showID: true,
        showName: true,
        showAggregateScores: false,
        countUnscored: false,
        expandedSubtechniques: 'annotated',
      },
      hideDisabled: false,
      techniques: scored.map(({ technique, counts, ids, link }) => ({
        techniqueID: technique,
        score: counts[kind] ?? 0,
        enabled: true,
        showSubtechniques: false,
        comment: `${counts.rules} rules, ${counts.proven} proven, ${counts.tested} tested${counts.visible === undefined ? '' : `, ${counts.visible} visible`}`,
        metadata: ids.slice(0, mostIds).map(id => ({ name: 'rule', value: id })),
        ...(link === undefined ? {} : { links: [link] }),
      })),
      gradient: {
        colors: ['#e4f0f8', '#0b5a8a'],
        minValue: 0,
        maxValue: Math.max(1, ...scored.map(one => one.counts[kind] ?? 0)),
      },
      legendItems: [],
      metadata: [],
      links: [],
      showTacticRowBackground: false,
      selectTechniquesAcrossTactics: true,
      selectSubtechniquesWithParent: false,
      selectVisibleTechniques: true,
    }))
}
