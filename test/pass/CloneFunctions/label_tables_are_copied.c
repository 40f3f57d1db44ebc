// An interpreter's table of labels: the version has one of its own. What may be
// known elsewhere, where the original would find it, has no version.
// RUN: %cc -O2 %s %emit | FileCheck %s --implicit-check-not=@_ZGTt4lasts --implicit-check-not=@_ZGTt8isThread --implicit-check-not=@_ZGTt8goesOnAs --implicit-check-not=@_ZGTt5saves
// RUN: %cc -O0 %s %emit | FileCheck %s --implicit-check-not=@_ZGTt4lasts --implicit-check-not=@_ZGTt8isThread --implicit-check-not=@_ZGTt8goesOnAs --implicit-check-not=@_ZGTt5saves
// CHECK-DAG: @run.Labels{{.*}} = internal {{.*}}[3 x ptr] [ptr blockaddress(@run, {{.*}}), ptr blockaddress(@run, {{.*}}), ptr blockaddress(@run, {{.*}})]
// CHECK-DAG: @run.Labels.[[N:[0-9]+]] = internal {{.*}}[3 x ptr] [ptr blockaddress(@_ZGTt3run, {{.*}}), ptr blockaddress(@_ZGTt3run, {{.*}}), ptr blockaddress(@_ZGTt3run, {{.*}})]
// CHECK-DAG: @offsets.Offsets.{{[0-9]+}} = internal {{.*}}blockaddress(@_ZGTt7offsets
// CHECK-DAG: @local.Labels.{{[0-9]+}} = internal {{.*}}blockaddress(@_ZGTt5local
// CHECK: define {{.*}} @_ZGTt3run(
// CHECK: @run.Labels.[[N]]
// CHECK: indirectbr
// CHECK: define {{.*}} @_ZGTt4user(
// CHECK: call {{.*}} @_ZGTt3run(
// CHECK: define {{.*}} @_ZGTt7offsets(
// CHECK: define {{.*}} @_ZGTt5local(
__attribute__((noinline)) int run(const char *Code) {
  static const void *const Labels[] = {&&Add, &&Sub, &&End};
  int N = 0;
  goto *Labels[(int)*Code++];
Add:
  N += 3;
  goto *Labels[(int)*Code++];
Sub:
  --N;
  goto *Labels[(int)*Code++];
End:
  return N;
}
int user(const char *Code) { return run(Code); }

__attribute__((noinline)) int offsets(const char *Code) {
  static const int Offsets[] = {&&Add - &&Add, &&End - &&Add};
  int N = 0;
  goto *(&&Add + Offsets[(int)*Code++]);
Add:
  N += 3;
  goto *(&&Add + Offsets[(int)*Code++]);
End:
  return N;
}

// Not const, but nobody writes it; kept in a variable.
__attribute__((noinline)) int local(const char *Code) {
  static void *Labels[] = {&&Add, &&End};
  int N = 0;
  void *Next = Labels[(int)*Code++];
  goto *Next;
Add:
  N += 3;
  Next = Labels[(int)*Code++];
  goto *Next;
End:
  return N;
}

// Threaded code: labels are stored where others may find them.
void *Threaded[3];
__attribute__((noinline)) int lasts(const char *Code) {
  static void *const Labels[] = {&&Add, &&End};
  int N = 0;
  for (int I = 0; I != 3; ++I)
    Threaded[I] = Labels[(int)Code[I]];
  void **Next = Threaded;
  goto **Next++;
Add:
  N += 3;
  goto **Next++;
End:
  return N;
}
__attribute__((noinline)) int isThread(const char *Code) {
  if (!Code)
    Threaded[0] = &&End;
  goto **Threaded;
End:
  return 1;
}

// By way of a variable, as protothreads do; and of one whose address is given
// away.
struct Routine {
  void *Next;
};
__attribute__((noinline)) int goesOnAs(struct Routine *R) {
  void *Next = &&Second;
  if (R->Next)
    goto *R->Next;
  R->Next = Next;
  return 1;
Second:
  return 2;
}
void save(void **Labels);
__attribute__((noinline)) int saves(const char *Code) {
  void *Labels[] = {&&Add, &&End};
  int N = 0;
  save(Labels);
  goto *Labels[(int)*Code++];
Add:
  N += 3;
  goto *Labels[(int)*Code++];
End:
  return N;
}
