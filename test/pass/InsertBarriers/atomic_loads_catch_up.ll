; An atomic load of any order is one barrier; volatile ones, what is too large and
; what isn't aligned are left, and so is the function's own stack.
; RUN: %opt -passes=stm-barriers %s | FileCheck %s
; CHECK-LABEL: @version(
; CHECK: call i32 @__stm_read_atomic_u32(ptr {{.*}}%p)
; CHECK: call i8 @__stm_read_atomic_u8(ptr {{.*}}%p)
; CHECK: call i16 @__stm_read_atomic_u16(ptr {{.*}}%p)
; CHECK: [[L:%.*]] = call i64 @__stm_read_atomic_u64(ptr {{.*}}%p)
; CHECK-NEXT: inttoptr i64 [[L]] to ptr
; CHECK: [[D:%.*]] = call i64 @__stm_read_atomic_u64(ptr {{.*}}%p)
; CHECK-NEXT: bitcast i64 [[D]] to double
; CHECK: load atomic volatile i32, ptr %p
; CHECK: load atomic i128, ptr %p
; CHECK: load atomic i64, ptr %p acquire, align 4
; CHECK: load atomic i32, ptr %a seq_cst
; CHECK: store atomic i32 1, ptr %p
define void @version(ptr %p) "stm-version"="x" {
  %a = alloca i32
  load atomic i32, ptr %p monotonic, align 4
  load atomic i8, ptr %p acquire, align 1
  load atomic i16, ptr %p seq_cst, align 2
  load atomic ptr, ptr %p unordered, align 8
  load atomic double, ptr %p acquire, align 8
  load atomic volatile i32, ptr %p monotonic, align 4
  load atomic i128, ptr %p acquire, align 16
  load atomic i64, ptr %p acquire, align 4
  load atomic i32, ptr %a seq_cst, align 4
  store atomic i32 1, ptr %p release, align 4
  ret void
}
