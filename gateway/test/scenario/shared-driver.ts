import type { Command, Driver } from './driver.ts';

/** One driver process for many scenarios, as a JVM takes long to begin: each scenario has names of its own in it. */
export class SharedDriver {
  private driver: Driver | undefined;
  private scenarioCount = 0;

  constructor(private readonly start: () => Driver) {}

  /** A driver for one scenario; its end closes the clients that the scenario left open. */
  forScenario(): Driver {
    const shared = (this.driver ??= this.start());
    const prefix = `${++this.scenarioCount}.`;
    const named = <T extends object>(command: T): T => {
      const names: Record<string, unknown> = {};
      for (const [key, value] of Object.entries(command)) {
        if (key === 'client' || key === 'sub') names[key] = `${prefix}${value}`;
        if (key === 'whenOpen') names[key] = named(value);
      }
      return { ...command, ...names };
    };
    const open = new Set<unknown>();
    const ask = async (command: Command) => {
      if (command.do === 'connect') open.add(command['client']);
      if (command.do === 'close') open.delete(command['client']);
      try {
        return await shared.ask(named(command));
      } catch (error) {
        // The process has ended: the next scenario gets another one.
        if (this.driver === shared) this.driver = undefined;
        throw error;
      }
    };
    return {
      ask,
      reaches: (client, state) => shared.reaches(`${prefix}${client}`, state),
      async end() {
        await Promise.all([...open].map((client) => ask({ do: 'close', client, waitMs: 0 })));
      },
    };
  }

  async end(): Promise<void> {
    await this.driver?.end();
    this.driver = undefined;
  }
}
