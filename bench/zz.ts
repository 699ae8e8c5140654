import { inventoryOf } from "/work/main/bench/claims.ts";
import { check } from "/work/main/src/conflicts/check.ts";
for (const clash of [0, 100, 10, 2]) for (const n of [100, 1000, 10000]) {
  const inv = inventoryOf(n, clash);
  const times=[]; let f;
  for (let i=0;i<5;i++){ const t=performance.now(); f=check(inv); times.push(performance.now()-t);}
  console.log(clash, n, f.length, times.map(t=>t.toFixed(1)).join(" "));
}
{ // everyone on one port
 for (const n of [100,1000,10000]) { const inv = inventoryOf(n); const claims = inv.claims.map(c=>c.kind==="hostPort"?{...c,port:8778}:c); const t=performance.now(); const f=check({...inv,claims}); console.log("one port",n,f.length,(performance.now()-t).toFixed(0)); }
 for (const n of [100,1000,10000]) { const inv = inventoryOf(n); const claims = inv.claims.map(c=>c.kind==="subnet"?{...c,subnet:"10.0.0.0/26"}:c); const t=performance.now(); const f=check({...inv,claims}); console.log("one subnet",n,f.length,(performance.now()-t).toFixed(0)); }
 for (const n of [100,1000,10000]) { const inv = inventoryOf(n); const claims = inv.claims.map(c=>c.kind==="prefix"?{...c,prefix:"a"}:c); const t=performance.now(); const f=check({...inv,claims}); console.log("one prefix",n,f.length,(performance.now()-t).toFixed(0)); }
 for (const n of [100,1000,10000]) { const inv = inventoryOf(n); const claims = inv.claims.map(c=>c.kind==="hostPath"?{...c,path:"/var/www"}:c); const t=performance.now(); const f=check({...inv,claims}); console.log("one path",n,f.length,(performance.now()-t).toFixed(0)); }
}
