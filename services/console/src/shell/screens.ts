/** What the head leads to, in the order in which a responder needs it. */
export const SCREENS: readonly { href: string; name: string }[] = [
  { href: '/', name: 'Now' },
  { href: '/kpis', name: 'KPIs' },
  { href: '/integrations', name: 'Integrations' },
];
