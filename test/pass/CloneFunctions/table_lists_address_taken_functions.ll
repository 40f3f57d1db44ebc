; RUN: %opt -passes=stm-clone %s | FileCheck %s
; CHECK: @stm.clones = internal constant { [5 x { ptr, ptr }], ptr } { [5 x { ptr, ptr }]
; CHECK-SAME: { ptr @defined, ptr @_ZGTt7defined }
; CHECK-SAME: { ptr @declared, ptr @_ZGTt8declared }
; CHECK-SAME: { ptr @free, ptr @__stm_wrap_free }
; CHECK-SAME: { ptr @abs, ptr @abs }
; CHECK-SAME: { ptr @_ZNSt13runtime_errorC1ERKSs, ptr null }
; CHECK-SAME: ], ptr @__stm_abi_v7 }
; CHECK: @llvm.global_ctors = {{.*}} { i32 1, ptr @stm.register, ptr null }
; CHECK: @llvm.global_dtors = {{.*}} { i32 1, ptr @stm.unregister, ptr null }
; CHECK: define internal void @stm.register()
; CHECK: call void @__stm_register_clones(ptr @stm.clones, i64 5)
@table = global [5 x ptr] [ptr @defined, ptr @declared, ptr @free, ptr @abs, ptr @_ZNSt13runtime_errorC1ERKSs]
; Not callable by the program:
@gone = available_externally constant [1 x ptr] [ptr @unlinkable]
@llvm.used = appending global [1 x ptr] [ptr @used], section "llvm.metadata"
define internal void @defined() { ret void }
define internal void @used() { ret void }
define void @called() {
  call void @used()
  ret void
}
declare void @declared()
declare void @free(ptr)
declare i32 @abs(i32)
declare void @_ZNSt13runtime_errorC1ERKSs(ptr, ptr)
declare hidden void @unlinkable()
