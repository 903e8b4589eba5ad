/** What the head leads to, in the order in which a responder needs it. */
export const SCREENS: readonly { href: string; name: string }[] = [
  { href: '/', name: 'Now' },
  { href: '/schedules', name: 'Schedules' },
  { href: '/policies', name: 'Policies' },
  { href: '/people', name: 'People' },
  { href: '/integrations', name: 'Integrations' },
  { href: '/kpis', name: 'KPIs' },
];
