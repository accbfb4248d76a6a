/** To be imported before any rule is made: zod compiles no functions then, which the page's policy would not let it. */
import * as z from 'zod';

z.config({ jitless: true });
