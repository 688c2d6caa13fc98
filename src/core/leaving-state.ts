// A planned end of this life. Types only.

export interface Leaving {
  order: 'restart' | 'leave'
  request: number
  at: number
  doneAt: number
  ended: boolean
  released: boolean
}
