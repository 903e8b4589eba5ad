/** An alert as a monitor sends it: about 300 bytes. */
export function alert(id: string, action: 'trigger' | 'resolve' = 'trigger') {
  return {
    action,
    dedup_key: id,
    severity: 'critical',
    title: id,
    host: 'db-17.eu-west.example.net',
    service: 'payments',
    link: 'https://monitor.example.net/d/payments/overview?from=now-1h',
    message: 'replication lag above 30 s for 5 minutes, and rising',
  };
}
