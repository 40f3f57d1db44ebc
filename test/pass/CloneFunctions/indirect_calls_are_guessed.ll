; RUN: %opt -passes=stm-clone %s | FileCheck %s

@uses = global [11 x ptr] [ptr @byValue, ptr @counts, ptr @less, ptr @more,
                          ptr @one, ptr @two, ptr @three, ptr @maybe,
                          ptr @throws, ptr @large, ptr @debugged]
@calls = global i32 0

; One of its type, and no more than a subtraction.
define i64 @byValue(i64 %a, i64 %b) {
  %d = sub i64 %a, %b
  ret i64 %d
}
; In a loop that writes nothing else its pointer is loaded once.
; CHECK-LABEL: define ptr @_ZGTt6search(
; CHECK: round:
; CHECK: [[LAST:%.*]] = phi i8 [ 0, %entry ], [ [[NEXT:%.*]], %on ]
; CHECK-NOT: load ptr, ptr %at
; CHECK: switch i8 [[LAST]], label %[[CHECK:.*]] [
; CHECK-NEXT: i8 1, label %[[RIGHT:.*]]
; CHECK: [[CHECK]]:
; CHECK-NEXT: %p = load ptr, ptr %at
; CHECK-NEXT: [[IS:%.*]] = icmp eq ptr %p, @byValue
; CHECK-NEXT: br i1 [[IS]], label %[[RIGHT]], label %[[WRONG:.*]]
; CHECK: [[RIGHT]]:
; CHECK-NEXT: sub i64 %k, %key
; CHECK: [[WRONG]]:
; CHECK: call ptr @__stm_clone_of(ptr %p)
; CHECK: [[NEXT]] = phi i8 [ {{(1, %if.true|0, %[0-9])}}{{.*}} ], [ {{(1, %if.true|0, %[0-9])}}
define ptr @search(ptr %s, i64 %k) {
entry:
  %at = getelementptr i8, ptr %s, i64 8
  %first = load ptr, ptr %s
  br label %round
round:
  %n = phi ptr [ %first, %entry ], [ %next, %on ]
  %p = load ptr, ptr %at
  %key = load i64, ptr %n
  %d = call i64 %p(i64 %k, i64 %key)
  %same = icmp eq i64 %d, 0
  br i1 %same, label %end, label %on
on:
  %where = getelementptr i8, ptr %n, i64 8
  %next = load ptr, ptr %where
  %none = icmp eq ptr %next, null
  br i1 %none, label %end, label %round
end:
  %r = phi ptr [ %n, %round ], [ null, %on ]
  ret ptr %r
}

; A loop that writes loads it each time.
; CHECK-LABEL: define void @_ZGTt6writes(
; CHECK: round:
; CHECK: load ptr, ptr %s
; CHECK-NOT: switch
; CHECK: ret void
define void @writes(ptr %s, ptr %to) {
entry:
  br label %round
round:
  %p = load ptr, ptr %s
  %d = call i64 %p(i64 1, i64 2)
  store i64 %d, ptr %to
  %more = icmp ne i64 %d, 0
  br i1 %more, label %round, label %end
end:
  ret void
}

; So does one where the guess itself may. It isn't inlined, as it calls.
define i32 @counts(i32 %x) {
  %c = load i32, ptr @calls
  %d = add i32 %c, 1
  store i32 %d, ptr @calls
  %r = call i32 @large(i32 %x, i8 0)
  ret i32 %r
}
; CHECK-LABEL: define void @_ZGTt8counting(
; CHECK-NOT: switch
; CHECK: icmp eq ptr %p, @counts
; CHECK: call i32 @_ZGTt6counts(i32 1)
; CHECK: call ptr @__stm_clone_of(ptr %p)
; CHECK-NOT: switch
; CHECK: ret void
define void @counting(ptr %s) {
entry:
  br label %round
round:
  %p = load ptr, ptr %s
  %d = call i32 %p(i32 1)
  %more = icmp ne i32 %d, 0
  br i1 %more, label %round, label %end
end:
  ret void
}

; Two of a type.
define i1 @less(i64 %a, i64 %b) {
  %r = icmp slt i64 %a, %b
  ret i1 %r
}
define i1 @more(i64 %a, i64 %b) {
  %r = icmp sgt i64 %a, %b
  ret i1 %r
}
; CHECK-LABEL: define void @_ZGTt5order(
; CHECK: switch i8
; CHECK-NEXT: i8 1, label
; CHECK-NEXT: i8 2, label
; CHECK: icmp eq ptr %p, @less
; CHECK: icmp slt i64 %x, %y
; CHECK: icmp eq ptr %p, @more
; CHECK: icmp sgt i64 %x, %y
; CHECK: call ptr @__stm_clone_of(ptr %p)
; CHECK: ret void
define void @order(ptr %s, i64 %x, i64 %y) {
entry:
  br label %round
round:
  %p = load ptr, ptr %s
  %d = call i1 %p(i64 %x, i64 %y)
  br i1 %d, label %round, label %end
end:
  ret void
}

; With three it could be any.
define i8 @one(i8 %a) { ret i8 1 }
define i8 @two(i8 %a) { ret i8 2 }
define i8 @three(i8 %a) { ret i8 3 }
; CHECK-LABEL: define i8 @_ZGTt3any(
; CHECK-NOT: icmp eq ptr %p, @
; CHECK: ret i8
define i8 @any(ptr %p) {
  %r = call i8 %p(i8 0)
  ret i8 %r
}

; Another file's may take its place.
define weak i16 @maybe(i16 %a) { ret i16 1 }
; CHECK-LABEL: define i16 @_ZGTt9weakGuess(
; CHECK-NOT: icmp eq ptr %p, @maybe
; CHECK: ret i16
define i16 @weakGuess(ptr %p) {
  %r = call i16 %p(i16 0)
  ret i16 %r
}

; The edge of exceptions is both calls'.
declare void @__cxa_rethrow()
declare i32 @__gxx_personality_v0(...)
define void @throws(ptr %x, i64 %y) {
  call void @__cxa_rethrow()
  ret void
}
; CHECK-LABEL: define i32 @_ZGTt7catches(
; CHECK: icmp eq ptr %p, @throws
; CHECK: invoke void @_ZGTt6throws(ptr %p, i64 1)
; CHECK-NEXT: to label {{.*}} unwind label %bad
; CHECK: invoke void {{%.*}}(ptr %p, i64 1)
; CHECK-NEXT: to label {{.*}} unwind label %bad
define i32 @catches(ptr %p) personality ptr @__gxx_personality_v0 {
entry:
  invoke void %p(ptr %p, i64 1) to label %ok unwind label %bad
ok:
  ret i32 0
bad:
  %l = landingpad { ptr, i32 } catch ptr null
  ret i32 1
}

; Called, where it is large or asks for it.
define i32 @large(i32 %x, i8 %y) noinline {
  ret i32 %x
}
; CHECK-LABEL: define i32 @_ZGTt9callLarge(
; CHECK: call i32 @_ZGTt5large(i32 0, i8 0)
define i32 @callLarge(ptr %p) {
  %r = call i32 %p(i32 0, i8 0)
  ret i32 %r
}

; Left alone: what must be small, or isn't optimized, tail calls, bundles.
; CHECK-LABEL: define i64 @_ZGTt5small(
; CHECK-NOT: icmp eq ptr %p, @byValue
; CHECK: ret i64
define i64 @small(ptr %p) minsize {
  %r = call i64 %p(i64 0, i64 0)
  ret i64 %r
}
define float @debugged(float %x) noinline optnone { ret float %x }
; CHECK-LABEL: define float @_ZGTt5debug(
; CHECK-NOT: icmp eq ptr %p, @debugged
; CHECK: ret float
define float @debug(ptr %p) {
  %r = call float %p(float 0.0)
  ret float %r
}
; CHECK-LABEL: define i64 @_ZGTt4last(
; CHECK-NOT: icmp eq ptr {{.*}}, @byValue
; CHECK: musttail call i64
define i64 @last(i64 %a, i64 %b) {
  %p = load ptr, ptr @uses
  %r = musttail call i64 %p(i64 %a, i64 %b)
  ret i64 %r
}
; CHECK-LABEL: define i64 @_ZGTt7checked(
; CHECK-NOT: icmp eq ptr %p, @byValue
; CHECK: ret i64
define i64 @checked(ptr %p) {
  %r = call i64 %p(i64 0, i64 0) [ "kcfi"(i32 7) ]
  ret i64 %r
}

; No loop: compared each time.
; CHECK-LABEL: define i64 @_ZGTt4once(
; CHECK: %p = load ptr, ptr %s
; CHECK: icmp eq ptr %p, @byValue
; CHECK: sub i64 0, %x
define i64 @once(ptr %s, i64 %x) {
  %p = load ptr, ptr %s
  %r = call i64 %p(i64 0, i64 %x)
  ret i64 %r
}
