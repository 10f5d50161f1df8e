/** The `catalogs` part of config/<stage>.json as text, because the value of an SSM parameter is a string. */
module.exports = async ({ resolveVariable }) => {
  const stage = await resolveVariable('sls:stage');
  const { catalogs } = require(`../../config/${stage}.json`);
  return { catalogs: JSON.stringify(catalogs) };
};
