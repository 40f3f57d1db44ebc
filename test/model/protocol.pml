/*===- test/model/protocol.pml - the protocol as a model ------------*- C -*-===
 *
 * Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===
 *
 * rt/README.md and rt/version/README.md in Promela, for Spin: every
 * interleaving of a few short attempts on two cells. check.py says with what.
 *
 * Each access to what others see is a step of its own, in the order of the code;
 * what is only a thread's own is done along with it. Memory is sequentially
 * consistent here: what weaker orders need is in rt/MEMORY_ORDER.md, and isn't
 * checked by this.
 *
 * -DKIND0=Update ... what thread 0 does: Update, Snapshot, Alone or Beside (the
 *                    last two become inevitable on their way)
 * -DTHREADS=2        how many there are
 * -DOPS=2            reads and writes of an attempt; -DOPS1=1: of thread 1's
 * -DATTEMPTS=2       of each thread, be they committed or rolled back
 * -DSNAPSHOTS=1      the same for threads that run snapshots
 * -DREUSE            records are reused
 * -DTICK             somebody else takes a timestamp once, for other memory
 * -DSHAPED           not any reads and writes: thread 0 reads cell 0, writes
 *                    cell 1; thread 1 writes cell 0; others read 1, then 0
 * -DName             one of the rules is left out; the names are those of
 *                    rt/base/test_point.h where it has them
 *
 * Left out: the collector but for the reuse of records, the order in which
 * spinning ends, tracked snapshots, all that is about memory and exceptions. A
 * cell is a stripe with an orec of its own. An attempt writes each cell once.
 *
 * What is asserted:
 *   Opacity        all that an attempt has read is what was committed as of its
 *                  snapshot (rt/README.md, invariant 4); at its commit, as of
 *                  just before its time
 *   RealTime       a snapshot is no older than what had ended before it began
 *   Privatization  after quiescence of T nobody runs who has read what T
 *                  replaced, or, who has only read as of T, what anybody has up
 *                  to T (invariant 5)
 *   Exclusivity    nobody else accesses data (invariant 6)
 *   NoDangling     no record is looked at that is reused (rt/version/README.md,
 *                  invariants 2 and 3)
 * and that nobody waits for ever: Spin finds deadlocks by itself.
 */

#ifndef THREADS
#define THREADS 2
#endif
#ifndef OPS
#define OPS 2
#endif
#ifndef OPS0
#define OPS0 OPS
#endif
#ifndef OPS1
#define OPS1 OPS
#endif
#ifndef OPS2
#define OPS2 OPS
#endif
#ifndef ATTEMPTS
#define ATTEMPTS 2
#endif
#ifndef SNAPSHOTS
#define SNAPSHOTS ATTEMPTS
#endif
#define CELLS 2
#define MAXT 24
#define NONE 255

#define Update 0
#define Snapshot 1
#define Alone 2
#define Beside 3

/* --- What all threads see ------------------------------------------------- */
/* An orec's word: a timestamp; or LOCK, perhaps LINKED, and the owner. */
#define LOCK 128
#define LINKED 64
#define LOCKED(w) (w >= LOCK)
#define MINE(w) (w == LOCK + me || w == LOCK + LINKED + me)

byte clock = 1;
byte value[CELLS];
byte word[CELLS];
byte head[CELLS] = NONE;
byte slot[THREADS] = NONE;
byte token = NONE;
bit exclusive;
bit guardsUp;
bit guard[CELLS];
byte versioning;
byte quiet; /* (29) */

/* A snapshot's slot: NONE, S, or PROVISIONAL with a lower bound. */
#define PROVISIONAL 128
#define TIME(r) (r & 127)
byte reader[THREADS] = NONE;

/* Records, of attempt a and cell c: a * CELLS + c. */
#define RECORDS (THREADS * ATTEMPTS * CELLS)
byte old[RECORDS];
byte pv[RECORDS];
byte next[RECORDS];

/* Statuses: a time, IN_FLIGHT, or COMMITTING with L. */
#define IN_FLIGHT 64
#define COMMITTING 128
#define LOWER(s) (s & 63)
byte status[THREADS * ATTEMPTS];
bit retired[THREADS * ATTEMPTS];
byte bound[THREADS * ATTEMPTS];

/* --- What no thread sees: for assertions ----------------------------------- */
byte committed[CELLS * MAXT] = NONE; /* the value with that time */
byte newestEnd;                      /* of the attempts that have committed */
bit inRead[THREADS * CELLS];
byte seen[THREADS * CELLS];
bit runs[THREADS]; /* as of snap */
byte snap[THREADS];
byte aloneRuns = NONE;
bit reused[THREADS * ATTEMPTS];

hidden byte gT, gC;

#define IX(t, c) ((t) * CELLS + (c))
#define READ(c) inRead[IX(me, c)]
#define SEEN(c) seen[IX(me, c)]

/* Leaves the time of the value as of t in gT. */
#define ASOF(c, t)                                                             \
  gT = t;                                                                      \
  do                                                                           \
  :: committed[(c) * MAXT + gT] != NONE -> break                               \
  :: else -> gT--                                                              \
  od

/* Opacity: all that this attempt has read. */
inline assertReads(t) {
  gC = 0;
  do
  :: gC < CELLS ->
     if
     :: READ(gC) -> ASOF(gC, t); assert(committed[gC * MAXT + gT] == SEEN(gC))
     :: else
     fi;
     gC++
  :: else -> break
  od;
  gC = 0
}
#define EXCLUSIVITY assert(aloneRuns == NONE || aloneRuns == me)

inline noteRead(c, v) {
  READ(c) = 1;
  SEEN(c) = v
}
inline notePublished(t) {
  gC = 0;
  do
  :: gC < CELLS ->
     if
     :: held[gC] -> committed[gC * MAXT + t] = mineValue[gC]
     :: else
     fi;
     gC++
  :: else -> break
  od;
  gC = 0
}

/* --- Steps of the protocol -------------------------------------------------- */
inline validate() {
  ok = 1;
  i = 0;
  do
  :: i < CELLS && ok ->
     d_step {
       if
       :: READ(i) && !MINE(word[i]) && word[i] > S -> ok = 0
       :: else
       fi;
       i++
     }
  :: else -> break
  od
}

inline extend() {
  newer = clock;
#ifdef ExtendUnvalidated
  ok = 1;
#else
  validate();
#endif
  if
  :: ok ->
     d_step {
       S = newer;
       snap[me] = S;
       slot[me] = S
     }
  :: else
  fi
}

inline readCell(c) {
  do
  :: d_step {
       v = value[c]; /* (2) */
       EXCLUSIVITY
     }
     w = word[c]; /* (4) */
#ifdef ReadUnchecked
     w = 0;
#endif
     if
     :: MINE(w) -> break
     :: !MINE(w) && LOCKED(w) -> goto rollBack
     :: !LOCKED(w) && w <= S ->
        d_step {
          noteRead(c, v);
          assertReads(S)
        }
        break
     :: !LOCKED(w) && w > S ->
        extend();
        if
        :: ok
        :: else -> goto rollBack
        fi
     fi
  od
}

/* The record of a write, on its chain. */
inline linkRecord(c) {
  d_step {
    old[att * CELLS + c] = undo[c];
    pv[att * CELLS + c] = previous[c];
    next[att * CELLS + c] = head[c]
  }
  head[c] = att * CELLS + c
}

inline linkWrite(c) {
#ifdef MarkLinkedEarly
  word[c] = LOCK + LINKED + me;
  linkRecord(c);
#else
  linkRecord(c);
  word[c] = LOCK + LINKED + me;
#endif
}

inline noteLock(c) {
  held[c] = 1;
  anyHeld = 1;
  undo[c] = value[c];
  previous[c] = w
}

inline store(c) {
  d_step {
    EXCLUSIVITY;
    mineValue[c] = att * CELLS + c + 1;
    value[c] = mineValue[c]
  }
}

inline writeCell(c) {
  got = 0;
  if
  :: !anyHeld ->
     d_step {
       versioned = versioning > 0;
       if
       :: versioned -> status[att] = IN_FLIGHT
       :: else
       fi
     }
  :: else
  fi;
  do
  :: held[c] -> break
  :: !held[c] ->
     w = word[c];
     if
     :: LOCKED(w) -> goto rollBack
#ifndef WriteOverNewer
     :: !LOCKED(w) && w > S ->
        extend();
        if
        :: ok
        :: else -> goto rollBack
        fi
     :: !LOCKED(w) && w <= S ->
#else
     :: !LOCKED(w) ->
#endif
#ifndef GuardsIgnored
        if
        :: guardsUp ->
           if
           :: guard[c] -> gaveWay = 1; goto rollBack
           :: else
           fi
        :: else
        fi;
#endif
        d_step { /* (3) */
          if
          :: word[c] == w -> word[c] = LOCK + me; got = 1
          :: else
          fi
        }
        if
        :: got ->
#ifndef GuardsIgnored
           /* (28) */
           if
           :: guardsUp ->
              if
              :: guard[c] -> word[c] = w; gaveWay = 1; goto rollBack
              :: else
              fi
           :: else
           fi;
#endif
           d_step { noteLock(c) }
        :: else
        fi
     fi
  od;
  if
  :: got ->
     if
     :: versioned -> linkWrite(c)
     :: else
     fi;
     store(c)
  :: else
  fi
}

/* What was written before somebody read. */
inline linkAll() {
  i = 0;
  do
  :: i < CELLS ->
     if
     :: held[i] -> linkRecord(i)
     :: else
     fi;
     i++
  :: else -> break
  od;
  versioned = 1
}

/* What is said once T is known. ok: nobody has demanded a newer one. */
inline publishOnce(isCommit) {
  ok = 1;
  if
  :: versioned ->
     d_step {
       if
#ifdef PushesIgnored
       :: true ->
#else
       :: LOWER(status[att]) < T ->
#endif
          status[att] = T;
          if
          :: isCommit -> notePublished(T)
          :: else
          fi
       :: else -> ok = 0
       fi
     }
  :: !versioned ->
     if
     :: isCommit -> d_step { notePublished(T) }
     :: else
     fi;
     if
     :: whoReads > 0 ->
        status[att] = T;
#ifndef NoLinkOnHandOver
        linkAll()
#endif
     :: else
     fi
  fi;
  ok = ok
}

inline startCommitting() {
  if
  :: versioned ->
     T = clock;
#ifndef CommittingLate
     d_step {
       if
       :: status[att] == IN_FLIGHT -> status[att] = COMMITTING + T
       :: else
       fi
     }
#endif
  :: else
  fi
}

inline advanceClock() {
  d_step { /* (6) */
#ifndef ClockNotAdvanced
    clock++;
#endif
    T = clock;
    assert(T < MAXT)
  }
  whoReads = versioning /* (16) */
}

inline publishUnvalidated(isCommit) {
  startCommitting();
  do
  :: advanceClock();
     publishOnce(isCommit);
     if
     :: ok -> break
     :: else
     fi
  od
}

inline releaseLocks(t) {
  i = 0;
  do
  :: i < CELLS ->
     if
     :: held[i] -> word[i] = t /* (5) */
     :: else
     fi;
     i++
  :: else -> break
  od
}

/* The orecs are released; records stay if they are linked. */
inline finishWriting(t) {
  releaseLocks(t);
  if
  :: versioned ->
#ifdef BoundIsTime
     newer = t;
#else
     newer = clock; /* (23) */
#endif
     d_step {
       bound[att] = newer;
       retired[att] = 1;
       versioned = 0
     }
  :: else
  fi
}

inline goIdle() {
  d_step {
    slot[me] = NONE; /* (10) */
    runs[me] = 0
  }
}

/* d_step only. */
inline forgetAttempt() {
  gC = 0;
  do
  :: gC < CELLS ->
     READ(gC) = 0;
     SEEN(gC) = 0;
     held[gC] = 0;
     undo[gC] = 0;
     previous[gC] = 0;
     mineValue[gC] = 0;
     gC++
  :: else -> break
  od;
  anyHeld = 0;
  versioned = 0;
  got = 0;
  v = 0;
  w = 0;
  newer = 0;
  whoReads = 0;
  ok = 0;
  i = 0;
  snap[me] = 0
}

/* Of an attempt that has only read: as of t, what others have committed. */
inline quiesceAsReader(t) {
  if
#ifdef QuietUnlooked
  :: true -> quiet = t
#else
  :: quiet >= t
  :: else ->
     o = 0;
     do
     :: o < THREADS ->
        slot[o] >= t || o == me; /* (9) */
        o++
     :: else -> break
     od;
     quiet = t
#endif
  fi;
  /* Privatization. */
  atomic {
    o = 0;
    do
    :: o < THREADS ->
       if
       :: o != me && runs[o] ->
          gC = 0;
          do
          :: gC < CELLS ->
             gT = snap[o] + 1;
             do
             :: gT <= t ->
                assert(!inRead[IX(o, gC)] ||
                       committed[gC * MAXT + gT] == NONE);
                gT++
             :: else -> break
             od;
             gC++
          :: else -> break
          od
       :: else
       fi;
       o++
    :: else -> break
    od
  }
}

inline quiesce(t) {
  o = 0;
  do
  :: o < THREADS ->
#ifndef NoQuiescence
     slot[o] >= t || o == me; /* (9) */
#endif
     o++
  :: else -> break
  od;
  /* Privatization. */
  atomic {
    o = 0;
    do
    :: o < THREADS ->
       if
       :: o != me && runs[o] && snap[o] < t ->
          gC = 0;
          do
          :: gC < CELLS ->
             assert(!(inRead[IX(o, gC)] && wrote[gC]));
             gC++
          :: else -> break
          od
       :: else
       fi;
       o++
    :: else -> break
    od;
    wrote[0] = 0;
    wrote[1] = 0;
    o = 0;
    T = 0
  }
}

inline noteEnd(t) {
  if
  :: t > newestEnd -> newestEnd = t
  :: else
  fi
}

/* --- Who runs alone ----------------------------------------------------------- */
inline raiseExclusive() {
  exclusive = 1; /* (11) */
  o = 0;
  do
  :: o < THREADS ->
#ifndef ExclusiveDoesNotWait
     slot[o] == NONE || o == me; /* (9) */
     reader[o] == NONE || o == me; /* (17) */
#endif
     o++
  :: else -> o = 0; break
  od
}

inline dropExclusivity() {
  exclusive = 0;
  token = NONE /* (15) */
}

inline accessAlone(c) {
  if
  :: true ->
     d_step {
       ASOF(c, clock);
       assert(value[c] == committed[c * MAXT + gT])
     }
  :: true ->
     /* Plain: no word changes, so this is what it holds as of its word. */
     d_step {
       value[c] = RECORDS + att * CELLS + c + 1;
       committed[c * MAXT + word[c]] = value[c]
     }
  fi
}

/* --- Who is inevitable beside others -------------------------------------------- */
inline guardStripe(c) {
  if
  :: !guard[c] ->
     guard[c] = 1; /* (27) */
     !LOCKED(word[c]) || MINE(word[c])
  :: else
  fi
}

inline readBeside(c) {
  do
  :: v = value[c];
     w = word[c];
     if
     :: MINE(w) -> break
     :: !MINE(w) && guard[c] && !LOCKED(w) ->
        d_step { noteRead(c, v) }
        break
     :: !MINE(w) && guard[c] && LOCKED(w) -> !LOCKED(word[c])
     :: !MINE(w) && !guard[c] ->
        guardStripe(c);
#ifdef GuardsTooLate
        d_step { noteRead(c, v) }
        break
#endif
     fi
  od
}

inline writeBeside(c) {
  got = 0;
  if
  :: !anyHeld ->
     d_step {
       versioned = 1;
       status[att] = IN_FLIGHT
     }
  :: else
  fi;
  guardStripe(c);
  do
  :: held[c] || got -> break
  :: !held[c] && !got ->
     d_step { /* Locked for a moment only, by who gives way. */
       !LOCKED(word[c]);
       w = word[c];
       word[c] = LOCK + me;
       noteLock(c);
       got = 1
     }
  od;
  if
  :: got ->
     linkWrite(c);
     store(c)
  :: else
  fi
}

inline endGuards() {
  i = 0;
  do
  :: i < CELLS ->
     guard[i] = 0; /* (29) */
     i++
  :: else -> break
  od;
  guardsUp = 0
}

/* Links what was written before, so that snapshots don't wait for it. */
inline linkSoFar() {
  skip;
#ifndef InevitableUnlinked
  if
  :: anyHeld && !versioned ->
     status[att] = IN_FLIGHT;
     linkAll();
     i = 0;
     do
     :: i < CELLS ->
        if
        :: held[i] -> word[i] = LOCK + LINKED + me
        :: else
        fi;
        i++
     :: else -> break
     od
  :: else
  fi
#endif
}

/* --- Snapshots ------------------------------------------------------------------- */
inline snapshotRead(c) {
  do
  :: d_step {
       v = value[c];
       EXCLUSIVITY
     }
     w = word[c];
     if
     :: w <= S -> break
     :: else
     fi;
     w = word[c]; /* Inside the walk. */
     if
     :: LOCKED(w) && !(w & LINKED) ->
        !LOCKED(word[c]) || (word[c] & LINKED)
     :: w <= S -> break
     :: else ->
        r = head[c];
        do
        :: assert(r != NONE && !reused[r / CELLS]);
           /* isNewer: */
           w = status[r / CELLS];
           if
           :: w < IN_FLIGHT -> got = w > S
           :: w == IN_FLIGHT || (w >= COMMITTING && LOWER(w) >= S) -> got = 1
           :: else ->
              d_step { /* (18) */
                if
                :: status[r / CELLS] == w ->
                   status[r / CELLS] = COMMITTING + S;
                   got = 1
                :: else -> got = 2
                fi
              }
           fi;
           if
           :: got == 2
           :: got == 0 -> break
           :: got == 1 ->
              v = old[r];
              if
              :: pv[r] > S -> r = next[r]
              :: else -> break
              fi
           fi
        od;
        break
     fi
  od;
  atomic {
    noteRead(c, v);
    assertReads(S);
    r = 0;
    got = 0
  }
}

/* What an attempt may do next. */
#ifdef SHAPED
#define MAY_READ(c) (me == 0 && n == 1 && c == 0 || me > 1 && n == 2 - c)
#define MAY_WRITE(c) (me == 0 && n == 2 && c == 1 || me == 1 && c == 0)
#else
#define MAY_READ(c) true
#define MAY_WRITE(c) true
#endif

/* --- The threads --------------------------------------------------------------------- */
proctype Thread(byte me; byte kind; byte ops) {
  byte k, n, att, S, T, v, w, i, o, r, newer, whoReads, mustSee, got;
  bit ok, versioned, anyHeld, gaveWay, isFirst, startInevitable;
  bit held[CELLS], wrote[CELLS];
  byte undo[CELLS], previous[CELLS], mineValue[CELLS];

nextAttempt:
  if
  :: k == (kind == Snapshot -> SNAPSHOTS : ATTEMPTS) -> goto over
  :: else
  fi;
  d_step {
    att = me * ATTEMPTS + k;
    k++;
    n = 0
  }
  if
  :: gaveWay -> /* It waits for the token's holder. */
     atomic { token == NONE; gaveWay = 0 }
  :: else
  fi;
  if
  :: kind == Snapshot -> goto beginSnapshot
  :: else
  fi;
  if
  :: startInevitable ->
     atomic { token == NONE || token == me; token = me } /* (14) */
     if
     :: kind == Alone ->
        raiseExclusive();
        aloneRuns = me;
        startInevitable = 0;
        goto alone
     :: else
     fi
  :: else
  fi;

begin:
  mustSee = newestEnd;
  S = clock; /* (7) */
  slot[me] = S; /* (8) */
#ifndef BeginIgnoresExclusive
  if
  :: exclusive && token != me -> /* (12) */
     slot[me] = NONE;
     !exclusive;
     goto begin
  :: else
  fi;
#endif
  d_step {
    runs[me] = 1;
    snap[me] = S;
    assert(S >= mustSee); /* RealTime */
    mustSee = 0
  }
  if
  :: startInevitable -> startInevitable = 0; goto startBeside
  :: else
  fi;

  do
  :: n < ops ->
     n++;
     if
     :: MAY_READ(0) -> readCell(0)
     :: MAY_READ(1) -> readCell(1)
     :: MAY_WRITE(0) -> writeCell(0)
     :: MAY_WRITE(1) -> writeCell(1)
     :: kind >= Alone -> break /* Inevitable earlier. */
     fi
  :: else -> break
  od;
  if
  :: kind >= Alone -> goto becomeInevitable
  :: kind == Update -> goto rollBack
  :: kind == Update
  fi;

/* commit: */
  if
  :: !anyHeld ->
     T = S;
     goIdle();
     d_step {
       noteEnd(T);
       forgetAttempt()
     }
     quiesceAsReader(T);
     goto nextAttempt
  :: else
  fi;
  startCommitting();
  isFirst = 1;
  do
  :: advanceClock();
     if
     :: isFirst && T == S + 1 -> ok = 1
     :: else ->
#ifdef CommitUnvalidated
        ok = 1
#else
#ifdef NoValidationAfterPush
        if
        :: isFirst -> validate()
        :: else -> ok = 1
        fi
#else
        validate()
#endif
#endif
     fi;
     if
     :: ok
     :: else -> goto rollBack
     fi;
     isFirst = 0;
     d_step { assertReads(T - 1) }
     publishOnce(true);
     if
     :: ok -> break
     :: else
     fi
  od;
  finishWriting(T);
  goIdle();
  d_step {
    wrote[0] = held[0];
    wrote[1] = held[1];
    noteEnd(T);
    forgetAttempt()
  }
  quiesce(T);
  goto nextAttempt;

rollBack:
  if
  :: anyHeld ->
#ifdef ClockBeforeUndo
     publishUnvalidated(false);
#endif
     i = 0;
     do
     :: i < CELLS ->
#ifndef NotUndone
        if
        :: held[i] -> value[i] = undo[i] /* (1) */
        :: else
        fi;
#endif
        i++
     :: else -> break
     od;
#ifdef RollbackKeepsTime
     T = S;
     if
     :: versioned -> publishUnvalidated(false)
     :: else
     fi;
#else
#ifndef ClockBeforeUndo
     publishUnvalidated(false);
#endif
#endif
     finishWriting(T)
  :: else
  fi;
  goIdle();
  d_step {
    forgetAttempt();
    T = 0
  }
  goto nextAttempt;

becomeInevitable:
  atomic {
    if
    :: token == NONE -> token = me; ok = 1 /* (14) */
    :: else -> ok = 0
    fi
  }
  if
  :: ok
  :: else -> startInevitable = 1; goto rollBack
  fi;
  linkSoFar();
  if
  :: kind == Beside -> goto startBeside
  :: else
  fi;
  raiseExclusive();
#ifndef InevitableUnvalidated
  validate();
  if
  :: ok
  :: else -> startInevitable = 1; goto rollBack
  fi;
#endif
  atomic { assertReads(clock) }
  aloneRuns = me;
  if
  :: anyHeld ->
     publishUnvalidated(true);
     finishWriting(T)
  :: else
  fi;
  goIdle();
  d_step { forgetAttempt(); T = 0 }

alone:
  if
  :: accessAlone(0)
  :: accessAlone(1)
  fi;
  aloneRuns = NONE;
  dropExclusivity();
  goto nextAttempt;

startBeside:
  guardsUp = 1;
#ifndef EarlierReadsUnguarded
  i = 0;
  do
  :: i < CELLS ->
     if
     :: READ(i) -> guard[i] = 1 /* (27) */
     :: else
     fi;
     i++
  :: else -> break
  od;
#endif
#ifndef InevitableUnvalidated
  validate();
  if
  :: ok
  :: else ->
     endGuards();
     token = NONE;
     startInevitable = 1;
     goto rollBack
  fi;
#endif
  goIdle();
  n = 0;
  do
  :: n < ops ->
     n++;
     if
     :: readBeside(0)
     :: readBeside(1)
     :: writeBeside(0)
     :: writeBeside(1)
     fi
  :: else -> break
  od;
#ifdef GuardsEndEarly
  endGuards();
#endif
  if
  :: anyHeld ->
     publishUnvalidated(true);
     atomic { assertReads(T - 1) }
     finishWriting(T)
  :: else ->
     d_step {
       T = clock;
       assertReads(T)
     }
  fi;
  endGuards();
  dropExclusivity();
  d_step {
    wrote[0] = held[0];
    wrote[1] = held[1];
    noteEnd(T);
    forgetAttempt()
  }
  quiesce(T);
  goto nextAttempt;

beginSnapshot:
  mustSee = newestEnd;
#ifdef SnapshotTooEarly
  S = clock;
#endif
  do
  :: reader[me] = PROVISIONAL + clock;
     versioning++; /* (16) */
#ifdef BeginIgnoresExclusive
     break
#else
     if
     :: !exclusive -> break /* (12) */
     :: exclusive ->
        reader[me] = NONE;
        versioning--;
        !exclusive
     fi
#endif
  od;
#ifndef SnapshotTooEarly
  S = clock;
#endif
  reader[me] = S;
  assert(S >= mustSee); /* RealTime */
  mustSee = 0;
  do
  :: n < ops ->
     n++;
     if
     :: MAY_READ(0) -> snapshotRead(0)
     :: MAY_READ(1) -> snapshotRead(1)
     fi
  :: else -> break
  od;
  reader[me] = NONE; /* (17) */
  versioning--;
  d_step {
    noteEnd(S);
    forgetAttempt()
  }
  goto nextAttempt;

over:
  skip
}

#ifdef REUSE
/* Takes a chunk of records again once no snapshot can get to any of them. */
proctype Reuse() {
  byte oldest, t, a;
  oldest = clock; /* Before the slots are looked at. */
  do
  :: t < THREADS ->
     d_step {
       if
#ifdef ProvisionalIgnored
       :: reader[t] != NONE && reader[t] < PROVISIONAL && reader[t] < oldest ->
#else
       :: reader[t] != NONE && TIME(reader[t]) < oldest ->
#endif
          oldest = TIME(reader[t])
       :: else
       fi;
       t++
     }
  :: else -> break
  od;
  do
  :: a < THREADS * ATTEMPTS ->
     d_step {
       if
       :: retired[a] && bound[a] < oldest -> reused[a] = 1
       :: else
       fi;
       a++
     }
  :: else -> break
  od
}
#endif

#ifdef TICK
proctype Tick() { clock++ }
#endif

init {
  atomic {
    committed[0] = 0;
    committed[MAXT] = 0;
    run Thread(0, KIND0, OPS0);
    run Thread(1, KIND1, OPS1);
#if THREADS > 2
    run Thread(2, KIND2, OPS2);
#endif
#ifdef REUSE
    run Reuse();
#endif
#ifdef TICK
    run Tick();
#endif
    skip
  }
}
