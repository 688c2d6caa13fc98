// Written from board/*/board.yaml by `UPDATE_GOLDEN=1 npm run test:unit -- --grep 'board kinds'`; change those files, not this one.
import type { BoardFacts, BoardKind } from './board-kind.js'

export const BOARD_FACTS: Readonly<Record<BoardKind, BoardFacts>> = {
  'rpi-3b': {
    kind: 'rpi-3b',
    title: 'Raspberry Pi 3 Model B and 3 Model B+',
    proved:
      'The 3 Model B in emulation (test/rig). The 3 Model B+ differs in its Ethernet and radio only, and is not proved.',
    models: [
      {
        name: 'Raspberry Pi 3 Model B',
        compatible: 'raspberrypi,3-model-b',
        model: ['Raspberry Pi 3 Model B'],
        deviceTree: 'bcm2837-rpi-3-b.dtb',
        deviceTreeRaspios: 'bcm2710-rpi-3-b.dtb'
      },
      {
        name: 'Raspberry Pi 3 Model B+',
        compatible: 'raspberrypi,3-model-b-plus',
        model: ['Raspberry Pi 3 Model B+', 'Raspberry Pi 3 Model B Plus'],
        deviceTree: 'bcm2837-rpi-3-b-plus.dtb',
        deviceTreeRaspios: 'bcm2710-rpi-3-b-plus.dtb'
      }
    ],
    gpio: {
      controller: 'pinctrl-bcm2835',
      lines: 54
    },
    pins: {
      relay: 17,
      sense: 27,
      loop: 22,
      switchSelect: 23,
      switchReadback: 24,
      panel: {
        active: 12,
        peer: 16,
        sync: 20,
        fault: 21,
        button: 26
      },
      strap: 25
    },
    console: {
      device: '/dev/ttyS1',
      deviceRaspios: '/dev/ttyS0',
      baud: 115_200,
      tx: 14,
      rx: 15
    },
    spareUarts: [],
    watchdog: {
      device: '/dev/watchdog',
      module: 'bcm2835_wdt',
      timeoutMsMax: 15000
    },
    configTxt: ['arm_64bit=1', 'enable_uart=1', 'gpio=25,26=ip,pu', 'gpio=22,24,27=ip,pd'],
    notes: [
      'The full UART (PL011) is wired to the radio, and there is no spare UART on the header. The token link takes a USB RS-232 adapter.',
      'The clock of the mini UART follows that of the core; enable_uart=1 fixes both.',
      'The watchdog resets the processor, not what hangs on USB.'
    ]
  },
  'rpi-4b': {
    kind: 'rpi-4b',
    title: 'Raspberry Pi 4 Model B',
    proved: 'Not proved; there is no emulation of it that boots the image.',
    models: [
      {
        name: 'Raspberry Pi 4 Model B',
        compatible: 'raspberrypi,4-model-b',
        model: ['Raspberry Pi 4 Model B'],
        deviceTree: 'bcm2711-rpi-4-b.dtb',
        deviceTreeRaspios: 'bcm2711-rpi-4-b.dtb'
      }
    ],
    gpio: {
      controller: 'pinctrl-bcm2711',
      lines: 58
    },
    pins: {
      relay: 17,
      sense: 27,
      loop: 22,
      switchSelect: 23,
      switchReadback: 24,
      panel: {
        active: 12,
        peer: 16,
        sync: 20,
        fault: 21,
        button: 26
      },
      strap: 25
    },
    console: {
      device: '/dev/ttyS1',
      deviceRaspios: '/dev/ttyS0',
      baud: 115_200,
      tx: 14,
      rx: 15
    },
    spareUarts: [
      {
        name: 'uart3',
        overlay: 'uart3',
        address: 'fe201600.serial',
        tx: 4,
        rx: 5
      },
      {
        name: 'uart4',
        overlay: 'uart4',
        address: 'fe201800.serial',
        tx: 8,
        rx: 9
      }
    ],
    watchdog: {
      device: '/dev/watchdog',
      module: 'bcm2835_wdt',
      timeoutMsMax: 15000
    },
    configTxt: ['arm_64bit=1', 'enable_uart=1', 'gpio=25,26=ip,pu', 'gpio=22,24,27=ip,pd'],
    notes: [
      'A spare UART takes its overlay (dtoverlay=uart3) and a level shifter of the MAX3232 kind; a USB RS-232 adapter takes neither.',
      "The kernel numbers the spare UARTs /dev/ttyAMA1 and on, in the order in which it finds them; the address above stands in the name of the device's folder below /sys/devices/platform.",
      'The clock of the mini UART follows that of the core; enable_uart=1 fixes both.',
      'The watchdog resets the processor, not what hangs on USB.'
    ]
  },
  virtual: {
    kind: 'virtual',
    title: 'virtual board of the lab',
    proved: 'In the lab (npm run lab).',
    models: [],
    gpio: {
      controller: 'pinctrl-bcm2835',
      lines: 54
    },
    pins: {
      relay: 17,
      sense: 27,
      loop: 22,
      switchSelect: 23,
      switchReadback: 24,
      panel: {
        active: 12,
        peer: 16,
        sync: 20,
        fault: 21,
        button: 26
      },
      strap: 25
    },
    console: null,
    spareUarts: [],
    watchdog: {
      device: '/dev/watchdog',
      module: 'board/virtual/watchdog.ts',
      timeoutMsMax: 15000
    },
    configTxt: [],
    notes: []
  }
}
