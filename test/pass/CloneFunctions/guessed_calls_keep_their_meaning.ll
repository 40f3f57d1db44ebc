; RUN: %opt -passes=stm-clone %s | FileCheck %s

@uses = global [8 x ptr] [ptr @plus, ptr @variadic, ptr @stops, ptr @frame,
                         ptr addrspacecast (ptr addrspace(1) @flat to ptr), ptr @plainError, ptr @asserts, ptr null]
@args = thread_local global ptr null
@stop = global i32 0

; The call is in a cycle that isn't a loop of LLVM's, the load outside of it:
; loaded once each time round the outer one.
define i32 @plus(i32 %x) {
  %r = add i32 %x, 1
  ret i32 %r
}
; CHECK-LABEL: define i32 @_ZGTt11irreducible(
; CHECK: head:
; CHECK: %p = load ptr, ptr %fp
; CHECK: x:
; CHECK-NOT: load ptr, ptr %fp
; CHECK: ret i32
define i32 @irreducible(ptr %fp, i1 %a, i32 %n) {
entry:
  br label %head
head:
  %i = phi i32 [ 0, %entry ], [ %k, %latch ]
  %p = load ptr, ptr %fp
  br i1 %a, label %x, label %y
x:
  %j = phi i32 [ %i, %head ], [ %k, %y ]
  %r = call i32 %p(i32 %j)
  br label %y
y:
  %m = phi i32 [ %i, %head ], [ %r, %x ]
  %k = add i32 %m, 1
  %b = and i32 %k, 2
  %again = icmp ne i32 %b, 0
  br i1 %again, label %x, label %latch
latch:
  %more = icmp slt i32 %k, %n
  br i1 %more, label %head, label %end
end:
  ret i32 %k
}

; Its own arguments are the caller's no more where it is inlined.
define i32 @variadic(i32 %x, ...) {
  call void @llvm.va_start.p0(ptr @args)
  ret i32 %x
}
declare void @llvm.va_start.p0(ptr)
; CHECK-LABEL: define i32 @_ZGTt12callVariadic(
; CHECK: call i32 (i32, ...) @_ZGTt8variadic(
define i32 @callVariadic(ptr %p) {
  %r = call i32 (i32, ...) %p(i32 1, i32 2)
  ret i32 %r
}

; What is inevitable stays a function of its own: the block is not told that it
; surely becomes so.
define i16 @stops(i16 %x) {
  store volatile i32 1, ptr @stop
  ret i16 %x
}
; CHECK-LABEL: define i16 @_ZGTt9callStops(
; CHECK: call i16 @_ZGTt5stops(
define i16 @callStops(ptr %p) {
  %r = call i16 %p(i16 1)
  ret i16 %r
}

; Who asks for a call gets one.
define ptr @frame(i16 %x) {
  %r = call ptr @llvm.returnaddress(i32 0)
  ret ptr %r
}
declare ptr @llvm.returnaddress(i32)
; CHECK-LABEL: define ptr @_ZGTt9callFrame(
; CHECK: call ptr @_ZGTt5frame(
define ptr @callFrame(ptr %p) {
  %r = call ptr %p(i16 1) noinline
  ret ptr %r
}

; In another address space, or with its argument somewhere else: no guess.
define i8 @flat(i8 %x) addrspace(1) {
  ret i8 %x
}
; CHECK-LABEL: define i8 @_ZGTt8callFlat(
; CHECK-NOT: @flat
; CHECK: ret i8
define i8 @callFlat(ptr %p) {
  %r = call i8 %p(i8 1)
  ret i8 %r
}
define swiftcc float @plainError(ptr %e) {
  %v = load float, ptr %e
  ret float %v
}
; CHECK-LABEL: define swiftcc float @_ZGTt9callError(
; CHECK-NOT: icmp eq ptr %p, @plainError
; CHECK: ret float
define swiftcc float @callError(ptr %p) {
  %e = alloca swifterror ptr
  store ptr null, ptr %e
  %r = call swiftcc float %p(ptr swifterror %e)
  ret float %r
}

; A pointer that the debugger shows is remembered as well.
define i64 @asserts(i64 %x) {
  %r = xor i64 %x, 1
  ret i64 %r
}
; CHECK-LABEL: define i64 @_ZGTt9debugging(
; CHECK: switch i8
; CHECK: %p = load ptr, ptr %fp
; CHECK: icmp eq ptr %p, @asserts
; CHECK: ret i64
define i64 @debugging(ptr %fp, i64 %n) !dbg !4 {
entry:
  br label %round
round:
  %x = phi i64 [ 0, %entry ], [ %y, %round ]
  %p = load ptr, ptr %fp, !dbg !8
  call void @llvm.dbg.value(metadata ptr %p, metadata !7, metadata !DIExpression()), !dbg !8
  %y = call i64 %p(i64 %x), !dbg !8
  %more = icmp slt i64 %y, %n, !dbg !8
  br i1 %more, label %round, label %end, !dbg !8
end:
  ret i64 %y, !dbg !8
}
declare void @llvm.dbg.value(metadata, metadata, metadata)

!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2}
!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1, emissionKind: FullDebug)
!1 = !DIFile(filename: "a.c", directory: "/")
!2 = !{i32 2, !"Debug Info Version", i32 3}
!3 = !DISubroutineType(types: !{null})
!4 = distinct !DISubprogram(name: "debugging", file: !1, line: 1, type: !3, unit: !0, spFlags: DISPFlagDefinition)
!6 = !DIBasicType(name: "long", size: 64, encoding: DW_ATE_signed)
!7 = !DILocalVariable(name: "p", scope: !4, file: !1, line: 2, type: !6)
!8 = !DILocation(line: 2, scope: !4)
