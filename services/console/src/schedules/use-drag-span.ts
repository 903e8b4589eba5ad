import { type MouseEvent, type PointerEvent, useRef, useState } from 'react';
import { fullHour, type Span } from './calendar.ts';

/** Whoever moves less than this has pressed, not dragged. */
const LEAST_PIXELS = 8;

interface Drag {
  from: number;
  to: number;
}

/**
 * Drags a span of time out of a line that stands for `whole`, in full hours of a zone's clock. A press stays a press, so that what lies on
 * the line can be chosen; and whatever can be dragged can be chosen and written as well.
 */
export function useDragSpan(whole: Span, zone: string, onSpan: ((span: Span) => void) | undefined) {
  const pressedAt = useRef<number>(undefined);
  const wasDragged = useRef(false);
  const [drag, setDrag] = useState<Drag>();
  if (!onSpan) return { drag: undefined, handlers: {} };

  const hourAt = (event: PointerEvent<HTMLElement>, clientX: number) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (clientX - left) / width));
    return fullHour(zone, whole.startsAt + share * (whole.endsAt - whole.startsAt));
  };
  const end = () => {
    pressedAt.current = undefined;
    setDrag(undefined);
  };
  return {
    drag,
    handlers: {
      onPointerDown(event: PointerEvent<HTMLElement>) {
        if (event.button !== 0 || !event.isPrimary) return;
        pressedAt.current = event.clientX;
        wasDragged.current = false;
      },
      onPointerMove(event: PointerEvent<HTMLElement>) {
        const from = pressedAt.current;
        if (from === undefined) return;
        if (!wasDragged.current && Math.abs(event.clientX - from) < LEAST_PIXELS) return;
        if (!wasDragged.current) event.currentTarget.setPointerCapture(event.pointerId);
        wasDragged.current = true;
        const hours = [hourAt(event, from), hourAt(event, event.clientX)] as const;
        setDrag({ from: Math.min(...hours), to: Math.max(...hours) });
      },
      onPointerUp() {
        if (drag && drag.from < drag.to) onSpan({ startsAt: drag.from, endsAt: drag.to });
        end();
      },
      onPointerCancel: end,
      onClickCapture(event: MouseEvent<HTMLElement>) {
        // The end of a drag is no press of what lies under it.
        if (wasDragged.current) event.stopPropagation();
        wasDragged.current = false;
      },
    },
  };
}
