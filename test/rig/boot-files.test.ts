import { deepEqual, equal } from 'node:assert/strict'
import { bootPlan, interfaceName } from './boot-files.js'

const CONFIG = `# comment
arm_64bit=1
kernel=vmlinuz-x
initramfs initrd.img-x followkernel
[pi4]
kernel=other
[pi3]
enable_uart=1
[all]
device_tree=dtb/pi3.dtb
`

describe('what the firmware would boot', () => {
  it('kernel, initrd and device tree come from config.txt, as a Pi 3 reads it', () => {
    deepEqual(bootPlan(CONFIG, ' console=ttyS1,115200  rootwait\n', ['maxcpus=1']), {
      kernel: 'vmlinuz-x',
      initrd: 'initrd.img-x',
      deviceTree: 'dtb/pi3.dtb',
      commandLine: 'console=ttyS1,115200 rootwait maxcpus=1'
    })
  })

  it('without a word on it the firmware takes its own names', () => {
    deepEqual(bootPlan('', 'quiet', []), {
      kernel: 'kernel8.img',
      initrd: null,
      deviceTree: 'bcm2837-rpi-3-b.dtb',
      commandLine: 'quiet'
    })
  })

  it('the Ethernet interface is called as the kernel line says', () => {
    equal(interfaceName('quiet net.ifnames=0 rw', '40:27:eb:00:00:0a'), 'eth0')
    equal(interfaceName('quiet net.ifnames=0 rw', '40:27:eb:00:01:0a', 1), 'eth1')
    equal(interfaceName('quiet rw', '40:27:eb:00:01:0a', 1), 'enx4027eb00010a')
    equal(interfaceName('quiet rw', '40:27:eb:00:00:0a'), 'enx4027eb00000a')
  })
})
