// The kinds of listeners, by protocol; each is loaded when one is asked for.
import type { ListenerHost, LiveListener } from './listener.ts';
import type { ListenerSpec } from './messages.ts';

/** @param templates what `LiveListener.templates` gave before a restart, or null */
export async function openListener(
  spec: ListenerSpec,
  host: ListenerHost,
  templates: unknown,
): Promise<LiveListener> {
  switch (spec.protocol) {
    case 'udp': {
      const { UdpReceiver } = await import('../udp/receiver.ts');
      return new UdpReceiver(spec, host, templates);
    }
    case 'tcp': {
      const { TcpReceiver } = await import('../tls/tcp-receiver.ts');
      return new TcpReceiver(spec, host);
    }
    case 'tls': {
      const { TlsReceiver } = await import('../tls/receiver.ts');
      return new TlsReceiver(spec, host);
    }
  }
}
