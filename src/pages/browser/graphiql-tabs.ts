/** GraphiQL's first tabs: the example operations, about people whom the sandbox knows. */
import me from '../../../schema/operations/me.graphql';
import updateUser from '../../../schema/operations/update-user.graphql';
import user from '../../../schema/operations/user.graphql';
import users from '../../../schema/operations/users.graphql';
import usersByEmail from '../../../schema/operations/users-by-email.graphql';

const john = 'auth0|507f1f77bcf86cd799439020';

export const tabs = [
  tab(me),
  tab(updateUser, { id: john, input: { nickname: 'Jack' } }),
  tab(user, { id: john }),
  tab(users, {
    query: 'email.domain:"example.com"',
    sort: { field: 'CREATED_AT', direction: 'DESC' },
    first: 10,
  }),
  tab(usersByEmail, { email: 'John.Doe@gmail.com' }),
];

function tab(query: string, variables: object = {}) {
  return { query, variables: JSON.stringify(variables, null, 2) };
}
